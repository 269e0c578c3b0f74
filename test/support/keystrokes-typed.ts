const telex: Record<string, string> = { '\u0301': 's', '\u0300': 'f', '\u0309': 'r', '\u0303': 'x', '\u0323': 'j', '\u0302': 'hat', '\u031b': 'w', '\u0306': 'w' };
const vni: Record<string, string> = { '\u0301': '1', '\u0300': '2', '\u0309': '3', '\u0303': '4', '\u0323': '5', '\u0302': '6', '\u031b': '7', '\u0306': '8' };
const tones = '\u0301\u0300\u0309\u0303\u0323';

/** The keys that write a text: `tone` right after its vowel, or at the end of the word as most people type. */
function typed(text: string, keys: Record<string, string>, hatOf: (letter: string) => string, d: string, tone: 'inside' | 'end'): string {
  return text.normalize('NFC').replace(/\p{L}+/gu, (word) => {
    let out = '';
    let last = '';
    for (const letter of word) {
      const [base, ...marks] = letter.normalize('NFD');
      out += letter === 'đ' ? `d${d}` : letter === 'Đ' ? `D${d}` : base!;
      for (const mark of marks) {
        const key = mark === '\u0302' ? hatOf(base!) : keys[mark]!;
        if (tones.includes(mark) && tone === 'end') last = key;
        else out += key;
      }
    }
    return out + last;
  });
}

export const typeTelex = (text: string, tone: 'inside' | 'end' = 'end'): string => typed(text, telex, (letter) => letter.toLowerCase(), 'd', tone);
export const typeVni = (text: string, tone: 'inside' | 'end' = 'inside'): string => typed(text, vni, () => '6', '9', tone);
