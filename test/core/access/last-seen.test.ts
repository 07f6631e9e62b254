import fc from '../../support/fast-check';
import { isUnused, latestWeek, readWeek, weekOf } from '../../../core/access/last-seen';

test.each([
  ['2026-03-02T00:00:00Z', '2026-03-02'],
  ['2026-03-08T23:59:59Z', '2026-03-02'],
  ['2026-03-09T00:00:00Z', '2026-03-09'],
  ['1970-01-01T00:00:00Z', '1969-12-29'],
])('%s is of the week of %s', (moment, monday) => {
  expect(weekOf(new Date(moment))).toBe(monday);
});

test.each([undefined, '', 'yesterday', '2026-13-01', '2026-3-2', '2026-03-02T00:00:00Z'])(
  '%p is no week',
  (text) => {
    expect(readWeek(text)).toBeUndefined();
  },
);

test('nothing is concluded where nothing is known, or where the rules do not ask', () => {
  const now = new Date('2026-03-02T00:00:00Z');
  expect(isUnused(undefined, 30, now)).toBe(false);
  expect(isUnused('2020-01-06', 0, now)).toBe(false);
  expect(latestWeek([])).toBeUndefined();
  expect(latestWeek([undefined, '2026-03-02', undefined, '2026-02-23'])).toBe('2026-03-02');
});

test('nobody counts as gone before the days are over, and everybody a week later', () => {
  const dayMs = 86_400_000;
  fc.assert(
    fc.property(
      fc.date({ min: new Date(0), max: new Date('2090-01-01'), noInvalidDate: true }),
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 0, max: 500 * dayMs }),
      (login, days, elapsed) => {
        const week = weekOf(login);
        expect(readWeek(week)).toBe(week);
        const unused = isUnused(week, days, new Date(login.getTime() + elapsed));
        if (elapsed < days * dayMs) expect(unused).toBe(false);
        if (elapsed >= (days + 7) * dayMs) expect(unused).toBe(true);
      },
    ),
  );
});
