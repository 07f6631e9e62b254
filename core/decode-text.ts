/**
 * Decodes a text by its byte order mark: Windows tools save UTF-16 as soon as UTF-8.
 *
 * @returns the text, without the mark; bytes that are no text come as U+FFFD
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}
