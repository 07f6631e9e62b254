import { setTimeout as delay } from 'node:timers/promises';
import { beside } from '../../../builds/support/beside';

const later = async <T>(work: () => T): Promise<T> => {
  await delay(20);
  return work();
};
const failing = (what: string) => (): never => {
  throw new Error(what);
};

test('two things are done beside each other', async () => {
  await expect(
    beside(
      later(() => 1),
      Promise.resolve('two'),
    ),
  ).resolves.toEqual([1, 'two']);
});

test('a failure is told once the other has ended', async () => {
  let ended = false;
  const other = later(() => {
    ended = true;
  });
  await expect(beside(Promise.reject(new Error('first')), other)).rejects.toThrow('first');
  expect(ended).toBe(true);
});

test('of two failures the first is told, and none is lost without the other', async () => {
  await expect(beside(later(failing('first')), Promise.reject(new Error('second')))).rejects.toThrow('first');
  await expect(
    beside(
      later(() => 1),
      Promise.reject(new Error('second')),
    ),
  ).rejects.toThrow('second');
});
