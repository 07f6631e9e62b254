import { readComponentTimeout } from '../../../builds/kubeflow/component-timeout';

test("without a word of the build's variables each component has its own bound", () => {
  expect(readComponentTimeout({})).toEqual({ pollMs: 5_000, patienceMs: undefined });
  expect(readComponentTimeout({ COMPONENT_TIMEOUT_SECONDS: '' }).patienceMs).toBeUndefined();
});

test('a bound holds for all of them, and a short one is looked at more often', () => {
  expect(readComponentTimeout({ COMPONENT_TIMEOUT_SECONDS: '1200' })).toEqual({
    pollMs: 5_000,
    patienceMs: 1_200_000,
  });
  expect(readComponentTimeout({ COMPONENT_TIMEOUT_SECONDS: '5' })).toEqual({
    pollMs: 500,
    patienceMs: 5_000,
  });
});

test.each(['soon', '0', '-1', 'Infinity'])('"%s" is refused before anything is done', (text) => {
  expect(() => readComponentTimeout({ COMPONENT_TIMEOUT_SECONDS: text })).toThrow(
    /expected seconds, such as 1200/,
  );
});
