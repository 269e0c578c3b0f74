import type { Room } from './embedded-room.ts';

const buckets = 256;

/** Places of the values, the large before the small but for small differences, in one walk instead of a sort. */
export function roughlyDescending(values: Float64Array, room: Room): Int32Array {
  let least = Infinity;
  let most = -Infinity;
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const scale = most > least ? (buckets - 1) / (most - least) : 0;
  const starts = new Int32Array(buckets + 1);
  const bucketOf = room.ints(values.length);
  for (let at = 0; at < values.length; at++) {
    const bucket = ((most - values[at]!) * scale) | 0;
    bucketOf[at] = bucket;
    starts[bucket + 1]!++;
  }
  for (let bucket = 1; bucket <= buckets; bucket++) starts[bucket]! += starts[bucket - 1]!;
  const order = room.ints(values.length);
  for (let at = 0; at < values.length; at++) order[starts[bucketOf[at]!]!++] = at;
  return order;
}

/** The first `count` in order, without sorting the rest. Takes less than 0 for "a comes before b". */
export function firstOf(places: Int32Array, order: (a: number, b: number) => number, count: number): number[] {
  if (count <= 0) return [];
  if (places.length <= count * 4) return Array.from(places).sort(order).slice(0, count);
  // A heap with the last of the first on top.
  const heap: number[] = [];
  const sink = (from: number): void => {
    let at = from;
    for (;;) {
      let later = at;
      for (let child = 2 * at + 1; child <= 2 * at + 2; child++) {
        if (child < heap.length && order(heap[child]!, heap[later]!) > 0) later = child;
      }
      if (later === at) return;
      [heap[at], heap[later]] = [heap[later]!, heap[at]!];
      at = later;
    }
  };
  for (let index = 0; index < places.length; index++) {
    const place = places[index]!;
    if (heap.length < count) {
      heap.push(place);
      if (heap.length === count) for (let at = count >> 1; at >= 0; at--) sink(at);
    } else if (order(place, heap[0]!) < 0) {
      heap[0] = place;
      sink(0);
    }
  }
  return heap.sort(order);
}
