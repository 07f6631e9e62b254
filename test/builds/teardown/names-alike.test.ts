import { ensureArtifactsBucket, planArtifactsBucket } from '../../../builds/artifacts/artifacts-bucket';
import { removeArtifactsBucket } from '../../../builds/artifacts/remove-artifacts-bucket';
import {
  ensureInterruptionQueue,
  planInterruptionQueue,
} from '../../../builds/autoscaling/interruption-queue';
import { removeInterruptionQueue } from '../../../builds/autoscaling/remove-interruption-queue';
import { ensureIamRoles, planIamRoles } from '../../../builds/cluster/iam-roles';
import { beginDatabase, finishDatabase, planDatabase } from '../../../builds/database/database-instance';
import { closeDatabase, removeDatabase } from '../../../builds/database/remove-database';
import { ensureInsightsLogs, planInsightsLogs } from '../../../builds/observability/insights-logs';
import { ensureFileSystem, planFileSystem } from '../../../builds/shared-volumes/file-system';
import { removeFileSystem, removeMountTargets } from '../../../builds/shared-volumes/remove-file-system';
import { sweepAfterCluster, sweepInstances, sweepLoadBalancers } from '../../../builds/teardown/leftovers';
import { removeIamRoles } from '../../../builds/teardown/remove-iam-roles';
import type { Left } from '../../../core/handover/left';
import { useMoto } from '../../support/moto';
import { makeNetwork, type TestNetwork } from '../../support/network';
import { configurationWith } from '../support';

const accountId = '123456789012';
const moto = useMoto('eu-central-1');
let network: TestNetwork;
beforeEach(async () => {
  network = await makeNetwork(moto.lookingClients, { private: ['a', 'b'], public: ['a', 'b'] });
});
const say = (): void => undefined;

/** All that a deployment can have beside its cluster. */
const optionsOf = (name: string) => ({
  clients: moto.clients,
  configuration: configurationWith({
    ...{ eks_name: name, account_id: accountId, vpc_id: network.vpcId },
    kms_key_arn: `arn:aws:kms:eu-central-1:${accountId}:key/11111111-2222-3333-4444-555555555555`,
    ...{ autoscaling: {}, artifacts: {}, shared_volumes: {}, database: { create: {} } },
    observability: { container_insights: {} },
  }),
  found: { vpc: { id: network.vpcId, cidr: '10.7.0.0/16' }, subnets: network.subnets },
  securityGroupId: undefined,
  ...{ say, pollMs: 1, patienceMs: 10_000 },
});

async function provision(name: string): Promise<void> {
  const options = optionsOf(name);
  const { clients, configuration, found } = options;
  await ensureIamRoles(clients, configuration, found, say);
  await ensureArtifactsBucket(clients, configuration, options);
  const begun = await beginDatabase(options);
  await ensureInterruptionQueue(clients, configuration, options);
  await ensureInsightsLogs(clients, configuration, say);
  await ensureFileSystem(options);
  await finishDatabase(options, undefined, begun);
}

async function plan(name: string): Promise<string[]> {
  const options = optionsOf(name);
  const { clients, configuration, found } = options;
  const changes = [
    ...(await planIamRoles(clients, configuration, found)),
    ...(await planArtifactsBucket(clients, configuration)),
    ...(await planDatabase(options, undefined)),
    ...(await planInterruptionQueue(clients, configuration)),
    ...(await planInsightsLogs(clients, configuration)),
    ...(await planFileSystem(options)),
  ];
  return changes.map(({ action, what }) => `${action} ${what}`);
}

/** @returns what is left */
async function destroy(name: string): Promise<Left[]> {
  const { clients, configuration } = optionsOf(name);
  const left: Left[] = [];
  const leave = (one: Left): void => void left.push(one);
  const removing = { clients, configuration, say, leave, pollMs: 1, timeoutSeconds: 5, patienceMs: 5_000 };
  const sweeping = { clients, deployment: name, say, leave, pollMs: 1, timeoutSeconds: 5 };
  await closeDatabase(removing);
  await sweepLoadBalancers(sweeping);
  await sweepInstances(sweeping);
  await removeMountTargets(removing);
  await sweepAfterCluster(new Set(), sweeping);
  await removeDatabase(removing);
  await removeInterruptionQueue(clients, configuration, removing);
  await removeIamRoles(clients, configuration, undefined, removing);
  await removeArtifactsBucket(clients, configuration, removing);
  await removeFileSystem(removing);
  return left;
}

test('a deployment whose name begins those of others neither plans nor takes away anything of theirs', async () => {
  const others = ['acme-b', 'acme-nfs', 'acmes'];
  for (const other of others) await provision(other);
  moto.forgetCalls();
  const named = new RegExp(`\\b(${others.join('|')})\\b`);
  expect((await plan('acme')).filter((line) => named.test(line))).toEqual([]);
  expect(await destroy('acme')).toEqual([]);
  expect(moto.mutatingCalls()).toEqual([]);
  await provision('acme');
  expect(await plan('acme')).toEqual([]);
  await destroy('acme');
  for (const other of others) expect([other, await plan(other)]).toEqual([other, []]);
}, 240_000);
