import { createHash, createHmac } from 'node:crypto';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** Base32 in lower case: what names and labels of Kubernetes may contain, five bits to a character. */
function base32(bytes: Uint8Array, characters: number): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      text += alphabet.charAt((value >>> (bits - 5)) & 31);
      bits -= 5;
    }
    value &= (1 << bits) - 1;
  }
  return text.slice(0, characters);
}

/**
 * A short name for a text: SHA-256 in base32.
 *
 * @param purpose keeps hashes of different things apart
 * @param characters length of the result, five bits each, at most 51
 */
export function shortHash(purpose: string, text: string, characters: number): string {
  return base32(createHash('sha256').update(`${purpose}\0${text}`).digest(), characters);
}

/**
 * A pseudonym: the same text under the same key always gives the same name, and names under different keys cannot be
 * compared. Whoever knows the key can test a guess, so it hides a person from readers of logs, not from the operator.
 */
export function keyedHash(key: string, text: string, characters: number): string {
  return base32(createHmac('sha256', key).update(text).digest(), characters);
}

/** Characters of the hash that keeps two names apart: 80 bits. */
export const distinguishingCharacters = 16;
