import { parseYaml } from '../../../builds/support/parse-yaml';

test.each([
  ['a directive that nobody knows', '%zz\n---\na: 1', { a: 1 }],
  ['a key that is a map', '? { a: b }\n: 1', { '{ a: b }': 1 }],
  ['JSON', '{"a": [1]}', { a: [1] }],
])('%s is read without a word in the log', (_what, text, content) => {
  const warned = jest.spyOn(process, 'emitWarning').mockImplementation();
  expect(parseYaml(text)).toEqual(content);
  expect(warned).not.toHaveBeenCalled();
});
