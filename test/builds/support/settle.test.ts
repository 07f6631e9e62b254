import { settle, type Look } from '../../../builds/support/settle';

/** Looks that find one thing after another; the last one stays. */
function looks(...found: (Look<string> | Error)[]) {
  let taken = 0;
  const look = async (): Promise<Look<string>> => {
    const now = found[Math.min(taken, found.length - 1)];
    taken += 1;
    return now instanceof Error || now === undefined
      ? Promise.reject(now ?? new Error())
      : Promise.resolve(now);
  };
  return { look, taken: () => taken };
}

const soon = (): number => Date.now() + 60_000;
const never = (): never => {
  throw new Error('late');
};

test('ends with what came of it, and tells what is waited for each time that it is something else', async () => {
  const said: string[] = [];
  const { look } = looks({ waiting: 'two' }, { waiting: 'two' }, { waiting: 'one' }, { done: 'all' });
  const options = { deadline: soon(), poll: 1, say: (line: string) => said.push(line), late: never };
  expect(await settle(look, options)).toBe('all');
  expect(said).toEqual(['waiting: two', 'waiting: one']);
});

test('after the deadline one look is still taken, and what is under way is decided about', async () => {
  const { look, taken } = looks({ waiting: 'the stack' });
  const late = (waiting: string): string => `${waiting} stays`;
  expect(await settle(look, { deadline: 0, poll: 1, say: () => undefined, late })).toBe('the stack stays');
  expect(taken()).toBe(1);
});

test('a look that throws ends the waiting', async () => {
  const { look } = looks({ waiting: 'the stack' }, new Error('gone for good'));
  const options = { deadline: soon(), poll: 1, say: () => undefined, late: never };
  await expect(settle(look, options)).rejects.toThrow('gone for good');
});
