const collator = new Intl.Collator('vi', { numeric: true, sensitivity: 'variant' });

/** Order of page names as a person counts them: trang-2 before trang-10, folder by folder. */
export function naturalOrder(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')];
  for (let part = 0; part < Math.min(left.length, right.length); part++) {
    const order = collator.compare(left[part] as string, right[part] as string);
    if (order) return order;
  }
  return left.length - right.length || (a < b ? -1 : a > b ? 1 : 0);
}
