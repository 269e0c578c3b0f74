import { randomInt } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { Refusal } from '../errors.ts';

/** argon2id with OWASP's second recommended setting: 19 MiB, two passes, one lane, about 25 ms on a small server. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hashes at once: each holds 19 MiB and one of the four threads that also read files for readers. */
const hashesAtOnce = 2;
/** A class that signs in at once waits ten seconds at most; more than that is an attack. */
const mostWaiting = 400;
const waiting: (() => void)[] = [];
let running = 0;

/** Runs `work` when it is its turn. Throws too-many-requests. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= hashesAtOnce) {
    if (waiting.length >= mostWaiting) throw new Refusal('too-many-requests', { retryAfter: 10 });
    // The turn is handed on, so that nobody slips in between.
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running++;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

/** Passwords that are tried first everywhere; folded to lower case. */
const common = new Set(
  'password 12345678 123456789 1234567890 11111111 00000000 qwertyui qwerty123 abc12345 iloveyou matkhau1 matkhau123 anhyeuem emyeuanh giaovien hocsinh1 thuvien1 thuvien123 admin123 administrator 88888888 66668888 68686868 12341234 87654321'.split(
    ' ',
  ),
);

/** PHC string of a new password. Refuses passwords that are guessed first, or that hold the username. */
export async function hashPassword(password: string, username: string): Promise<string> {
  const lower = password.toLowerCase();
  if (common.has(lower) || lower === username.toLowerCase() || /^(.)\1+$/.test(lower)) throw new Refusal('password-too-common');
  return inTurn(() => hash(password.normalize('NFC'), cost));
}

/** The hash of nothing anyone knows: checking against it takes the same time for a name that does not exist. */
const nobody = hash('a name that does not exist', cost);

export async function passwordMatches(password: string, stored: string | null): Promise<boolean> {
  const against = stored ?? (await nobody);
  const matches = await inTurn(() => verify(against, password.normalize('NFC')));
  return matches && stored !== null;
}

const syllables = 'ba be bi bo ca co cu da de di do ga go ha he ho la le li lo ma me mo na no nu pa ra re sa so ta te to va vo xa xe'.split(' ');

/** A password to read out once, such as bagohe-milaco-4271: 38^6 × 10^4, about 45 bits, to be changed at the first sign-in. */
export function pronounceablePassword(): string {
  const group = (): string => syllables[randomInt(syllables.length)]! + syllables[randomInt(syllables.length)]! + syllables[randomInt(syllables.length)]!;
  return `${group()}-${group()}-${String(randomInt(10_000)).padStart(4, '0')}`;
}
