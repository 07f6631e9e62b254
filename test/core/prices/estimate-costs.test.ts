import { readFileSync } from 'node:fs';
import { parseConfiguration, type Configuration } from '../../../core/configuration';
import { estimateCosts, instanceHour } from '../../../core/prices/estimate-costs';
import { functions } from '../../../lambda/profile-manager/deployment';
import { costsFile, costsPage } from '../../../tools/write-costs';
import { minimalConfiguration } from '../../support/minimal-configuration';

function configured(overrides: Record<string, unknown> = {}): Configuration {
  const parsed = parseConfiguration({ ...minimalConfiguration, ...overrides });
  if (!('configuration' in parsed)) throw new Error(JSON.stringify(parsed));
  return parsed.configuration;
}

test('sizes of a family cost in proportion, those with GPUs what they are listed for', () => {
  expect(instanceHour('m5.large')).toBe(0.096);
  expect(instanceHour('m5.4xlarge')).toBeCloseTo(0.768);
  expect(instanceHour('g5.xlarge')).toBe(1.006);
  expect(instanceHour('m5.metal')).toBeUndefined();
  expect(instanceHour('x9z.large')).toBeUndefined();
});

test('a database that is made costs by its class, its storage and its standby, and of an unknown class nobody knows', () => {
  const databaseOf = (create: object) =>
    estimateCosts(configured({ database: { create } })).items.filter(({ what }) =>
      what.startsWith('database'),
    );
  expect(databaseOf({})).toEqual([{ what: 'database, db.t4g.medium with 50 GB of gp3', perMonth: 53.2 }]);
  expect(databaseOf({ multi_az: true })).toEqual([
    { what: 'database, db.t4g.medium with 50 GB of gp3 and a standby', perMonth: 106.4 },
  ]);
  expect(databaseOf({ instance_class: 'db.x9.large' })).toEqual([
    { what: 'database, db.x9.large with 50 GB of gp3' },
  ]);
});

test('nodes and their volumes are multiplied, and the sum is that of the items', () => {
  const costs = estimateCosts(
    configured({
      cpu_worker_type: 'm5.large',
      nodegroup_desired_size: 3,
      nodegroup_max_size: 3,
      lambda_concurrency_enabled: false,
    }),
  );
  expect(costs.items).toEqual([
    { what: 'control plane', perMonth: 73 },
    { what: 'nodes, 3 × m5.large', perMonth: 210.24 },
    { what: 'volumes of nodes, 3 × 100 GB of gp3', perMonth: 24 },
    { what: 'load balancer', perMonth: 16.43 },
    { what: "secret of the login's client", perMonth: 0.4 },
  ]);
  expect(costs.perMonth).toBe(324.07);
  expect(costs.notes[0]).toBe(
    'the prices are those of us-east-1; those of eu-central-1 are others, mostly higher',
  );
});

test('a type that the table does not know gets no price, and then there is no sum', () => {
  const costs = estimateCosts(configured({ cpu_worker_type: 'u7i-6tb.112xlarge' }));
  expect(costs.perMonth).toBeUndefined();
  expect(costs.notes).toContainEqual(
    expect.stringMatching(/u7i.*no price for this type, and none is guessed/),
  );
});

test('instances that are kept warm are counted with the memory that the function has', () => {
  expect(functions['profile-manager'].memoryMb).toBe(1024);
  const { items } = estimateCosts(
    configured({ lambda_concurrency_enabled: true, lambda_profile_concurrency: 2 }),
  );
  expect(items).toContainEqual({ what: 'provisioned concurrency, 2 of the profile manager', perMonth: 21.9 });
});

test('the guide has the estimate of the example, and what is paid for by use (npx tsx tools/write-costs.ts)', async () => {
  expect(readFileSync(costsFile, 'utf8')).toBe(await costsPage());
});
