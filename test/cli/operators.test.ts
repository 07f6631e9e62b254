import { stories } from '../support/operator-stories';
import { Operators, type RecordedEvent } from '../support/operators';
import { useMoto } from '../support/moto';
import fc from '../support/fast-check';

/**
 * What two operators do to one deployment, by the command line and beside it, with the real tasks that take the lock and
 * give it back, and the real registry. Whatever the order: nothing is taken away that nobody confirmed.
 */
describe('a name means one run', () => {
  let operators: Operators;
  const moto = useMoto({
    ...Operators.place,
    services: () => {
      operators = new Operators();
      return { states: [operators.handler] };
    },
  });
  const before = { ...process.env };
  beforeEach(async () => {
    await operators.prepare(moto);
  });
  afterEach(() => {
    operators.close();
    process.env = { ...before };
  });

  const destroyed = (events: readonly RecordedEvent[]) => events.filter(({ what }) => what === 'destroyed');

  test('a destroy that came too early is not what retry goes on with', async () => {
    const early = await operators.run('destroy', 'acme', '--yes');
    expect(early).toMatchObject({ code: 4 });
    expect(early.err).toContain('no deployment "acme" is registered');
    // From the console nobody looks the name up.
    const refused = await operators.startBeside('destroy', { deployment: 'acme' });
    await operators.settled();
    expect(await operators.run('start')).toMatchObject({ code: 0 });

    expect((await operators.run('status', 'acme')).out).toContain('Kubeflow is at');
    const retried = await operators.run('retry', 'acme');
    expect(retried).toMatchObject({ code: 2 });
    expect(retried.err).toContain('is succeeded and cannot be redriven');
    const byArn = await operators.run('retry', refused, '--yes');
    expect(byArn).toMatchObject({ code: 2 });
    expect(byArn.err).toContain('it has done nothing that could be gone on with');
    // Nor by the API, where no command line is in the way.
    await operators.redriveBeside(refused);
    await operators.settled();
    expect(operators.statusOf(refused)).toMatchObject({ status: 'FAILED', error: 'ExecutionOutdated' });
    expect(operators.isRegistered()).toBe(true);
    expect(destroyed(operators.events)).toEqual([]);
  });

  test("a destroy that was refused for a running provisioning is not another operator's retry", async () => {
    operators.hold('Install');
    const provisioning = await operators.startBeside('provision');
    await operators.reached('Install');
    const refused = await operators.startBeside('destroy', { eks_name: 'acme' });
    await operators.ended(refused);
    expect(operators.statusOf(refused)).toMatchObject({ error: 'DeploymentLocked' });
    expect(operators.statusOf(refused).cause).toContain(`kubeflow-eks watch ${provisioning}`);

    expect(await operators.meantBy('status')).toBe(provisioning);
    expect((await operators.run('retry', 'acme')).err).toContain(`${provisioning} is running`);
    operators.hold('Install', false);
    operators.release('Install', 'SecretMissing');
    await operators.ended(provisioning);
    expect((await operators.run('status', 'acme')).out).toContain('SecretMissing');

    expect(await operators.run('retry', 'acme')).toMatchObject({ code: 0 });
    expect(operators.statusOf(provisioning)).toMatchObject({ status: 'SUCCEEDED' });
    expect(destroyed(operators.events)).toEqual([]);
  });

  test('a destroy that failed on its way is gone on with by whoever confirms it', async () => {
    await operators.run('start');
    operators.fail('Take away');
    await operators.run('destroy', 'acme', '--yes');
    expect(operators.isRegistered()).toBe(true);
    operators.fail();

    const unasked = await operators.run('retry', 'acme');
    expect(unasked).toMatchObject({ code: 2 });
    expect(unasked.err).toContain('This goes on deleting the cluster');
    expect(unasked.err).toContain('add --yes');
    expect(operators.isRegistered()).toBe(true);
    expect(await operators.run('retry', 'acme', '--yes')).toMatchObject({ code: 0 });
    expect(operators.isRegistered()).toBe(false);
  });

  test('a misspelt name starts nothing and is not in the list afterwards', async () => {
    await operators.run('start');
    for (const command of [
      ['destroy', 'acmee', '--yes'],
      ['resync', 'acmee'],
      ['status', 'acmee'],
    ]) {
      const [name, ...args] = command;
      const recording = await operators.run(name ?? '', ...args);
      expect(recording).toMatchObject({ code: 4, out: '' });
      expect(recording.err).toContain('did you mean "acme"?');
    }
    expect(operators.executions()).toHaveLength(1);
    await operators.startBeside('destroy', { deployment: 'acmee' });
    await operators.settled();
    expect((await operators.run('status')).out).not.toContain('acmee');
  });

  test('whatever two operators do, only what was confirmed since the last provisioning is destroyed', async () => {
    const clean = fc.beforeEach(async () => {
      operators.forget();
      await operators.clearRegistry(moto);
    });
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        await operators.tell(story);
        for (const event of destroyed(operators.events)) expect(event.confirmed).toBe(true);
        expect(await operators.meantBy('status')).toBe(await operators.meantBy('registry'));
      }),
      { numRuns: 15, plugins: [clean, fc.interruptAfterTimeLimit(200_000)] },
    );
  }, 240_000);
});
