/** A typeset cover for what has no picture: colour by subject, one quiet ornament, the title in lines that fit. */
export type CoverArt = {
  ground: string;
  light: string;
  ornament: number;
  lines: string[];
  fontSize: number;
  agent: string;
};

/** Deep grounds on which near-white reaches at least 7:1, each with its lighter companion for the ornament. */
const grounds: readonly (readonly [string, string])[] = [
  ['#1f4e4a', '#3f8078'],
  ['#6b2737', '#a8485c'],
  ['#27406f', '#4f6fb0'],
  ['#5b3a1e', '#96683d'],
  ['#3e4a1c', '#74863b'],
  ['#4a2f63', '#7d5aa0'],
  ['#7a3417', '#b86238'],
  ['#17485f', '#3a7e9e'],
  ['#5a2a52', '#925087'],
  ['#2c4a2b', '#578a54'],
  ['#66421a', '#a87530'],
  ['#343a56', '#656e9d'],
];
/** Subjects people meet every day keep a colour of their own; the others take one from their code. */
const subjectGround: Record<string, number> = {
  TIENG_VIET: 6,
  NGU_VAN: 1,
  TOAN: 2,
  TIENG_ANH: 5,
  NGOAI_NGU_1: 5,
  LSDL: 3,
  LICH_SU: 3,
  DIA_LI: 10,
  KHTN: 9,
  SINH_HOC: 4,
  VAT_LI: 7,
  HOA_HOC: 8,
  TIN_HOC: 11,
  GDCD: 0,
};

function hash(text: string): number {
  let sum = 2166136261;
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 16777619);
  return sum >>> 0;
}

/** Breaks at spaces into at most `most` lines of about `width` letters; what does not fit ends in an ellipsis. */
export function breakTitle(title: string, width: number, most: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of title.trim().split(/\s+/)) {
    const longer = line ? `${line} ${word}` : word;
    if (longer.length <= width || line === '') {
      line = longer.length > width + 4 ? `${longer.slice(0, width)}…` : longer;
      continue;
    }
    lines.push(line);
    line = word.length > width + 4 ? `${word.slice(0, width)}…` : word;
  }
  if (line) lines.push(line);
  if (lines.length <= most) return lines;
  const kept = lines.slice(0, most);
  kept[most - 1] = `${kept[most - 1]!.replace(/[,;:.…]+$/, '')}…`;
  return kept;
}

export function coverArt(title: string, agent: string, subject: string | undefined): CoverArt {
  const [ground, light] = grounds[subjectGround[subject ?? ''] ?? hash(subject ?? title) % grounds.length]!;
  const [width, fontSize] = title.length <= 22 ? [10, 25] : title.length <= 48 ? [13, 20] : [17, 15.5];
  return {
    ground,
    light,
    ornament: hash(title) % 5,
    lines: breakTitle(title, width, title.length <= 48 ? 5 : 7),
    fontSize,
    agent: breakTitle(agent, 26, 1)[0] ?? '',
  };
}
