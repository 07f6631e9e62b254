import type { AwsClients } from '../../../adapters/aws/clients';
import { listRegistrations, readItem, registryKey, writeItem } from '../../../adapters/aws/registry';
import { deleteLock, readLock, writeLock } from '../../../adapters/aws/registry-lock';
import { readRequestedResync, writeRequestedResync } from '../../../adapters/aws/registry-resyncs';
import { listRuns, writeRun } from '../../../adapters/aws/registry-runs';
import { stackNames } from '../../../core/naming';
import fc from '../../support/fast-check';
import { useMoto } from '../../support/moto';
import { makeRegistry } from '../../support/registry';
import { modelClients } from './model-aws';
import { PoolsInMemory } from './pools-in-memory';
import { RegistryInMemory } from './registry-in-memory';

const moto = useMoto();
const table = stackNames.table;

type Operation = (clients: AwsClients) => Promise<unknown>;

const name = fc.constantFrom('acme', 'globex');
const lock = fc.record({
  executionArn: fc.constantFrom('one', 'two'),
  stateMachine: fc.constant('kubeflow-eks-provision'),
  acquiredAt: fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-01-01T00:00:01.000Z'),
});
const request = fc.record({
  executionArn: fc.constantFrom('one', 'two'),
  beginsAt: fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-01-01T00:00:01.000Z'),
});
const now = new Date(0);

/** Everything that the adapters of the registry do. */
const operations: fc.Arbitrary<Operation> = fc.oneof(
  fc.tuple(name, lock, fc.option(lock, { nil: undefined })).map(
    ([of, is, was]): Operation =>
      (clients) =>
        writeLock(clients, table, of, is, was),
  ),
  fc.tuple(name, fc.constantFrom('one', 'two')).map(
    ([of, arn]): Operation =>
      (clients) =>
        deleteLock(clients, table, of, arn),
  ),
  name.map(
    (of): Operation =>
      (clients) =>
        readLock(clients, table, of),
  ),
  fc.tuple(name, request, fc.option(request, { nil: undefined })).map(
    ([of, is, was]): Operation =>
      (clients) =>
        writeRequestedResync(clients, table, of, is, was),
  ),
  name.map(
    (of): Operation =>
      (clients) =>
        readRequestedResync(clients, table, of),
  ),
  fc.tuple(name, fc.constantFrom('one', 'two')).map(
    ([of, executionArn]): Operation =>
      (clients) =>
        writeRun(
          clients,
          table,
          of,
          { executionArn, stateMachine: 'kubeflow-eks-destroy', status: 'RUNNING' },
          now,
        ),
  ),
  name.map(
    (of): Operation =>
      async (clients) =>
        (await listRuns(clients, table, of)).map((run) => run.executionArn).sort(),
  ),
  fc.tuple(name, fc.nat(3)).map(
    ([of, n]): Operation =>
      (clients) =>
        writeItem(clients, table, registryKey.registration(of), { n }),
  ),
  name.map(
    (of): Operation =>
      (clients) =>
        readItem(clients, table, registryKey.registration(of)),
  ),
  fc.constant<Operation>((clients) => listRegistrations(clients, table)),
);

test('the registry in memory answers as moto does, whatever the adapters ask', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operations, { minLength: 5, maxLength: 25 }), async (story) => {
      await moto.server.reset();
      await makeRegistry(moto.lookingClients);
      const registry = new RegistryInMemory();
      const model = modelClients(
        () => ({
          registry,
          pools: new PoolsInMemory(Date.now),
          onWrite: () => undefined,
          onEvent: () => undefined,
        }),
        () => {
          throw new Error('no execution is asked for');
        },
      );
      for (const operation of story)
        expect(await operation(model)).toEqual(await operation(moto.lookingClients));
    }),
    { numRuns: 30 },
  );
}, 120_000);
