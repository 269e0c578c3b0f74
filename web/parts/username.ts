import { foldSyllable } from '../../search/vietnamese/fold.ts';

/** The way schools name accounts: given name and initials, "Nguyễn Thị Hằng" → hangnt. */
export function usernameFor(name: string): string {
  const words = name.trim().split(/\s+/).map(foldSyllable).filter(Boolean);
  const given = words.pop() ?? '';
  return given + words.map((word) => word[0]).join('');
}
