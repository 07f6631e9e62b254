import { encodeLeft } from '../../../builds/support/left-output';
import type { Left } from '../../../core/handover/left';

test('what fits in a variable is told as it is', () => {
  const left = [{ what: 'the role a', why: 'it is in use' }];
  expect(JSON.parse(encodeLeft(left))).toEqual(left);
  expect(encodeLeft([])).toBe('[]');
});

test('what does not is cut, and says how much more there is', () => {
  const left = Array.from({ length: 90 }, (_, index) => ({
    what: `the volume ${index}`,
    why: `${'a'.repeat(40)} "${index}"`,
  }));
  const told = JSON.parse(encodeLeft(left)) as Left[];
  expect(encodeLeft(left).length).toBeLessThan(3_200);
  expect(told.slice(0, -1)).toEqual(left.slice(0, told.length - 1));
  expect(told.at(-1)?.what).toBe(`${91 - told.length} more`);
  expect(encodeLeft([{ what: 'x'.repeat(9_000), why: 'y' }]).length).toBeLessThan(3_200);
});
