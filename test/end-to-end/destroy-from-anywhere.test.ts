import { writeFileSync } from 'node:fs';
import type { Left } from '../../core/handover/left';
import { taskStates } from '../../local/rehearsal';
import {
  makeTenant,
  makeRoleAnew,
  removeCluster,
  removeNodes,
  removeUserPool,
  removeVpc,
  removeZone,
} from '../support/broken-accounts';
import { seedConfiguration, useRegion, type TestRegion } from '../support/region';
import { differences, whatIsThere } from '../support/what-is-there';
import { definitionOf } from '../workflows/definition';

/**
 * Destroy from whatever state a deployment can be in. A change is judged by a few of them; with EVERY_STATE all are
 * tried, as every night. Where that is the name of a file, the outcomes go into it as a table.
 */
const everyState = process.env['EVERY_STATE'];

const configuration = { ...seedConfiguration, notification_email: 'platform@acme.example' };
const region = useRegion(configuration);

interface Row {
  what: string;
  /** The state at which the provisioning fails; none where it succeeds. */
  failsAt?: string;
  /** What happens between the two executions. */
  meanwhile?: (region: TestRegion) => Promise<unknown>;
  /** What must still be there, and be named by destroy: differences as `what-is-there.ts` writes them. */
  stays?: RegExp;
  /** What the row itself took from the account. */
  taken?: RegExp;
  by: 'name' | 'configuration';
  /** Tried for every change. */
  isUsual?: true;
}

const resync = async ({ start, finish }: TestRegion): Promise<void> => {
  await finish(await start('resync', {}));
};

const usualStates = ['Ensure custom domain', 'Install Kubeflow'];
const situations: Row[] = [
  { what: 'a re-sync in between', failsAt: 'Verify endpoint', meanwhile: resync, by: 'configuration' },
  { what: 'nothing in between', by: 'name' },
  {
    what: 'the cluster gone, and a re-sync that met it',
    meanwhile: async (current) => {
      await makeTenant(current, 'ml-team');
      await removeCluster(current);
      await resync(current);
    },
    // Nobody can be asked any more whether volumes were to be kept; the group that EKS made is not ours to delete.
    stays: /^\+ (?:volumes |securityGroups eks-cluster-sg-)/,
    by: 'name',
    isUsual: true,
  },
  {
    what: 'the nodes gone, and with them every controller',
    meanwhile: async (current) => {
      await makeTenant(current, 'ml-team');
      await removeNodes(current);
    },
    by: 'name',
  },
  {
    what: 'a profile controller that is dead',
    meanwhile: async (current) => {
      await makeTenant(current, 'ml-team');
      await current.region.clusters.kill(configuration.eks_name, 'profiles');
    },
    by: 'name',
  },
  {
    what: 'a load balancer controller that is dead',
    meanwhile: ({ region: { clusters } }) => clusters.kill(configuration.eks_name, 'loadBalancers'),
    by: 'name',
  },
  {
    what: 'the role of the teardown re-created, so that its access entry is dead',
    meanwhile: (current) => makeRoleAnew(current, 'teardown'),
    by: 'name',
  },
  { what: 'the user pool gone', meanwhile: removeUserPool, by: 'name' },
  { what: 'the zone gone', meanwhile: removeZone, taken: /^- records /, by: 'name' },
  {
    what: 'the zone gone after a failure at the end',
    failsAt: 'Register deployment',
    meanwhile: removeZone,
    taken: /^- records /,
    by: 'configuration',
  },
  {
    what: 'cluster and VPC gone',
    meanwhile: async (current) => {
      await removeCluster(current);
      await removeVpc(current);
    },
    taken: /^- (?:networkTags|securityGroups) /,
    by: 'name',
  },
];

const rows = [
  ...taskStates({ ...definitionOf('provision') }).map((failsAt): Row => ({
    ...{ what: 'nothing in between', failsAt, by: 'configuration' },
    ...(usualStates.includes(failsAt) && { isUsual: true }),
  })),
  ...situations,
].filter(({ isUsual }) => everyState !== undefined || isUsual === true);

const outcomes: object[] = [];

/** After each row: whoever stops the run, or loses it, has what was tried until then. */
function keep(outcome: object): void {
  outcomes.push(outcome);
  if (everyState?.includes('.') === true) writeFileSync(everyState, table(outcomes));
}

test.each(rows.map((row): [string, Row] => [titleOf(row), row]))(
  'nothing of ours is left by destroy, but what it names, after %s',
  async (_title, row) => {
    const outcome = await outcomeOf(row);
    keep(outcome);
    expect(outcome).toMatchObject({ destroy: 'SUCCEEDED', unexpected: [], unnamed: [], errors: [] });
  },
  900_000,
);

function titleOf({ what, failsAt }: Row): string {
  return failsAt === undefined ? `success, with ${what}` : `a failure at ${failsAt}, with ${what}`;
}

async function outcomeOf({ what, failsAt, meanwhile, stays, taken, by }: Row): Promise<object> {
  const current = region();
  const { start, finish, region: local } = current;
  // Ids change where a row before has removed what the account had.
  const { document } = await local.prepare(configuration);
  const before = await whatIsThere(current);
  local.faults.state = ({ stateName }) =>
    stateName === failsAt ? { error: 'InjectedFault', cause: stateName } : undefined;
  const began = Date.now();
  const provisioned = await finish(await start('provision', document));
  delete local.faults.state;
  const made = differences(before, await whatIsThere(current)).length;
  await meanwhile?.(current);
  const between = Date.now();
  const { execution } = await finish(
    await start('destroy', by === 'name' ? { deployment: configuration.eks_name } : document),
  );
  const { left = [] } = JSON.parse(execution.output ?? '{}') as { left?: Left[] };
  const after = differences(before, await whatIsThere(current));
  const staying = after.filter((one) => stays?.test(one) === true);
  const expectedEnd = failsAt === undefined ? undefined : 'InjectedFault';
  return {
    ...{ what, failsAt, by, made, destroy: execution.status },
    left: left.map((one) => one.what),
    /** What is left and should not be, or is gone and was not ours. */
    unexpected: after.filter((one) => !staying.includes(one) && taken?.test(one) !== true),
    /** What stays, and destroy did not say so. */
    unnamed: staying.filter(
      (one) => !left.some((named) => named.what.includes(one.slice(one.lastIndexOf(' ') + 1))),
    ),
    errors: [
      ...(provisioned.execution.error === expectedEnd
        ? []
        : [`provision: ${provisioned.execution.error ?? 'succeeded'} ${provisioned.execution.cause ?? ''}`]),
      ...(stays !== undefined && staying.length === 0 ? ['nothing stayed'] : []),
      ...(execution.error === undefined ? [] : [`${execution.error}: ${execution.cause ?? ''}`]),
    ].map((text) => text.slice(-1_500)),
    seconds: [between - began, Date.now() - between].map((ms) => Math.round(ms / 1000)),
  };
}

/** The outcomes as a table in Markdown. */
function table(outcomes: readonly object[]): string {
  const columns = ['failsAt', 'what', 'by', 'made', 'destroy', 'left', 'unexpected'];
  const line = (cells: readonly unknown[]): string => `| ${cells.join(' | ')} |\n`;
  return [
    line(columns),
    line(columns.map(() => '---')),
    ...outcomes.map((outcome) =>
      line(
        columns.map((column) => {
          const value = (outcome as Record<string, unknown>)[column] ?? '';
          return Array.isArray(value) ? value.join('; ') : value;
        }),
      ),
    ),
  ].join('');
}
