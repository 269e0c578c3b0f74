/** What a site asks programs to leave alone (RFC 9309). */
export interface RobotsRules {
  allows(address: string): boolean;
  /** Wished between two requests (`Crawl-delay`, which many write and no standard has), in milliseconds; null: nothing said. */
  delayMs: number | null;
}

export const everythingAllowed: RobotsRules = { allows: () => true, delayMs: null };

const us = 'tusach';
/** RFC 9309 §2.5 wants half a megabyte read at least. */
const longest = 500_000;
const mostRules = 5_000;
const longestDelayMs = 30_000;

interface Group {
  agents: string[];
  rules: { allow: boolean; path: string }[];
  delay: number | null;
}

/** The rules for us, by name or for everybody. What cannot be read says nothing. */
export function readRobots(text: string): RobotsRules {
  const groups: Group[] = [];
  let open = false;
  for (const line of text.slice(0, longest).split(/\r\n?|\n/)) {
    const found = /^\s*([A-Za-z-]+)\s*:\s*([^#]*)/.exec(line);
    if (!found) continue;
    const [name, value] = [found[1]!.toLowerCase(), found[2]!.trim()];
    if (name === 'user-agent') {
      if (!open) groups.push({ agents: [], rules: [], delay: null });
      open = true;
      groups.at(-1)!.agents.push(value.toLowerCase());
      continue;
    }
    const group = groups.at(-1);
    if (!group || !/^(allow|disallow|crawl-delay)$/.test(name)) continue;
    open = false;
    if (name === 'crawl-delay') group.delay = Number(value) > 0 ? Number(value) : group.delay;
    else if (value !== '' && group.rules.length < mostRules) group.rules.push({ allow: name === 'allow', path: value });
  }
  const named = groups.filter(({ agents }) => agents.some((agent) => agent.split('/')[0] === us));
  const ours = named.length > 0 ? named : groups.filter(({ agents }) => agents.includes('*'));
  const rules = ours.flatMap((group) => group.rules);
  const delay = ours.map((group) => group.delay).find((one) => one !== null) ?? null;
  return {
    delayMs: delay === null ? null : Math.min(longestDelayMs, delay * 1000),
    allows(address) {
      const { pathname, search } = new URL(address);
      // The longest rule counts; of two as long, the one that allows (§2.2.2).
      let best = { allow: true, length: -1 };
      for (const { allow, path } of rules) if (matches(path, pathname + search) && (path.length > best.length || (path.length === best.length && allow))) best = { allow, length: path.length };
      return best.allow;
    },
  };
}

/** `*` stands for anything, `$` at the end for the end. Each piece is looked for behind the one before it: linear, whatever the pattern. */
function matches(pattern: string, path: string): boolean {
  const anchored = pattern.endsWith('$');
  const pieces = (anchored ? pattern.slice(0, -1) : pattern).split('*');
  const [first, ...others] = pieces as [string, ...string[]];
  if (!path.startsWith(first)) return false;
  let at = first.length;
  for (const piece of others) {
    const found = path.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  if (!anchored) return true;
  const last = others.at(-1);
  return last === undefined ? at === path.length : path.endsWith(last) && path.length - last.length >= at - last.length;
}
