import { decodeText } from '../../core/decode-text';

test('the forms in which Windows tools save text are read', () => {
  const text = 'eks_name: acme # Zürich';
  const littleEndian = Buffer.from(`\uFEFF${text}`, 'utf16le');
  const bigEndian = Buffer.from(littleEndian).swap16();
  const forms = [Buffer.from(text), Buffer.from(`\uFEFF${text}`), littleEndian, bigEndian];
  expect(forms.map(decodeText)).toEqual([text, text, text, text]);
});

test('bytes that are no text are seen', () => {
  expect(decodeText(Buffer.from('Zürich', 'latin1'))).toBe('Z\uFFFDrich');
});
