import { unhurried } from '../../../local/processes/progress';

describe('what is going on, where lines stay', () => {
  test('a build of a quarter of an hour says a line every half minute, and each new thing at once', () => {
    const said: string[] = [];
    let now = 0;
    const tell = unhurried(
      (message) => said.push(message),
      () => now,
    );
    tell('building the control plane');
    // Go says something at least every three seconds.
    for (now = 0; now < 900_000; now += 3_000) tell(`building the control plane, ${now / 1000} s`, true);
    tell('the control plane is built');
    expect(said.slice(0, 3)).toEqual([
      'building the control plane',
      'building the control plane, 30 s',
      'building the control plane, 60 s',
    ]);
    expect(said.at(-1)).toBe('the control plane is built');
    expect(said).toHaveLength(31);
  });
});
