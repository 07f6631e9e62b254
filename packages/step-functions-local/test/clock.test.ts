import fc from './fast-check';
import { createRealClock, createVirtualClock } from '../src';
import { Cancelled, sleep } from '../src/clock/clock';
import { TimerQueue } from '../src/clock/timer-queue';

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
};

describe('the queue of timers', () => {
  test('gives timers by time, those of one time in the order they were added, and none that was cancelled', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ at: fc.nat(20), cancelled: fc.boolean() }), { maxLength: 300 }),
        (wanted) => {
          const queue = new TimerQueue();
          const timers = wanted.map(({ at }) => queue.add(at, () => undefined));
          wanted.forEach(({ cancelled }, index) => {
            const timer = timers[index];
            if (cancelled && timer !== undefined) queue.cancel(timer);
          });
          const given: number[] = [];
          for (let timer = queue.pop(); timer !== undefined; timer = queue.pop()) given.push(timer.sequence);
          const expected = wanted
            .map(({ at, cancelled }, sequence) => ({ at, cancelled, sequence }))
            .filter(({ cancelled }) => !cancelled)
            .sort((a, b) => a.at - b.at || a.sequence - b.sequence)
            .map(({ sequence }) => sequence);
          expect(given).toEqual(expected);
        },
      ),
    );
  });
});

describe('virtual time', () => {
  test('passes at once, timer by timer', async () => {
    const clock = createVirtualClock(0);
    const seen: [string, number][] = [];
    const note = (name: string) => () => seen.push([name, clock.now()]);
    clock.schedule(2000, note('late'));
    clock.schedule(1000, () => {
      note('early')();
      clock.schedule(500, note('between'));
    });
    clock.schedule(2000, note('late too'));
    await turns(8);
    expect(seen).toEqual([
      ['early', 1000],
      ['between', 1500],
      ['late', 2000],
      ['late too', 2000],
    ]);
  });

  test('stands still while work is under way', async () => {
    const clock = createVirtualClock(0);
    let fired = false;
    const end = clock.beginWork();
    clock.schedule(1, () => {
      fired = true;
    });
    await turns(5);
    expect([fired, clock.now()]).toEqual([false, 0]);
    end();
    end();
    await turns(2);
    expect([fired, clock.now()]).toEqual([true, 1]);
  });

  test('a sleep that is cancelled ends at once and leaves no timer', async () => {
    const clock = createVirtualClock(0);
    const controller = new AbortController();
    const sleeping = sleep(clock, 1000, controller.signal);
    controller.abort();
    await expect(sleeping).rejects.toBeInstanceOf(Cancelled);
    await turns(3);
    expect(clock.now()).toBe(0);
    await expect(sleep(clock, 1, controller.signal)).rejects.toBeInstanceOf(Cancelled);
  });

  test('can take some real time for what happens elsewhere', async () => {
    const gaps: number[] = [];
    const clock = createVirtualClock(0, (gap) => {
      gaps.push(gap);
      return gap >= 1000 ? 30 : 0;
    });
    const begin = performance.now();
    await sleep(clock, 5000);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(25);
    expect(clock.now()).toBe(5000);
    expect(gaps).toEqual([5000]);
  });
});

describe('real time', () => {
  test('keeps the order of deadlines, at any speed', async () => {
    const clock = createRealClock(100);
    const seen: string[] = [];
    const begin = clock.now();
    // From one beginning, however long the machine takes between these lines.
    const at = (ms: number, callback: () => void) => clock.schedule(begin + ms - clock.now(), callback);
    at(3000, () => seen.push('c'));
    at(1000, () => seen.push('a'));
    const cancel = at(2000, () => seen.push('never'));
    at(2000, () => seen.push('b'));
    cancel();
    await sleep(clock, 3500);
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(clock.now() - begin).toBeGreaterThanOrEqual(3500);
    clock.close();
  });
});
