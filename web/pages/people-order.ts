const letters = new Intl.Collator('vi', { numeric: true });

/** As class registers do: given name first, then family name, then what lies between (domain.md §4.5). */
export function byGivenName(one: { name: string }, other: { name: string }): number {
  const [a, b] = [parts(one.name), parts(other.name)];
  return (
    letters.compare(a.given, b.given) || letters.compare(a.family, b.family) || letters.compare(a.middle, b.middle)
  );
}

function parts(name: string): { given: string; family: string; middle: string } {
  const words = name.trim().split(/\s+/);
  return { given: words.at(-1) ?? '', family: words.length > 1 ? words[0]! : '', middle: words.slice(1, -1).join(' ') };
}
