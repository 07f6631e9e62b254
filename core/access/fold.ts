/**
 * Lower case of ASCII letters alone. A directory does not tell these apart; every other character is what it is. Unicode's
 * own folding and normalisation would turn some characters into ASCII letters (the Kelvin sign into k, U+037E into a
 * semicolon), so that two names of a directory became one.
 */
export function foldAscii(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** The characters that a case-insensitive regular expression takes for an ASCII letter: long s and the Kelvin sign. */
export const foldsToAscii = /[\u017F\u212A]/u;
