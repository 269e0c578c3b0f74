/** Works on all of `items`, begun in their order, at most `atOnce` at a time. The first fault ends it; what runs is awaited. */
export async function inOrder<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  let faulty = false;
  const lane = async (): Promise<void> => {
    while (next < items.length && !faulty) {
      try {
        await work(items[next++] as T);
      } catch (error) {
        faulty = true;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  for (const one of lanes) if (one.status === 'rejected') throw one.reason;
}
