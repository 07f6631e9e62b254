import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ExecutionSummary } from '../../adapters/aws/executions';
import { cli, documentOf } from '../cli/recording-host';
import { useRegion } from '../support/region';

const folder = join(__dirname, '../../examples');
const examples = readdirSync(folder).filter((name) => /^[^.]+\.yaml$/.test(name));
const read = (name: string): Record<string, unknown> =>
  parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>;

test.each(examples)('%s is valid, and renders', async (name) => {
  const path = join(folder, name);
  expect(await cli(['validate', path])).toMatchObject({ code: 0 });
  expect(documentOf(await cli(['render', 'cluster', path, '--json']))).toMatchObject({
    kind: 'ClusterConfig',
  });
  expect(documentOf(await cli(['render', 'kubeflow', path, '--json']))).toHaveProperty('components');
});

/** With what a failed one said, so that a failure of the test says it too. */
function outcome({ execution: { status, error, cause } }: { execution: ExecutionSummary }): object {
  return status === 'SUCCEEDED' ? { status } : { status, error, cause: cause?.slice(-2_000) };
}

describe('examples/private.yaml', () => {
  const region = useRegion(read('private.yaml'));

  test('one that failed at another checksum of its mirror can be destroyed', async () => {
    const { start, finish, document, region: local } = region();
    const wrong = { ...document, kubeflow: read('private.yaml')['kubeflow'] };
    const provisioned = await finish(await start('provision', wrong));
    expect(provisioned.execution).toMatchObject({ status: 'FAILED' });
    expect(provisioned.view.steps.filter(({ status }) => status === 'FAILED')).toMatchObject([
      { name: 'Install and publish' },
      { name: 'Install Kubeflow' },
    ]);
    const destroyed = await finish(await start('destroy', wrong));
    expect(outcome(destroyed)).toEqual({ status: 'SUCCEEDED' });
    expect(local.clusters.all()).toEqual([]);
  }, 900_000);

  test('is provisioned from its mirror, and destroyed', async () => {
    const { start, finish, document, region: local } = region();
    const provisioned = await finish(await start('provision', document));
    expect(outcome(provisioned)).toEqual({ status: 'SUCCEEDED' });
    const destroyed = await finish(await start('destroy', { deployment: document['eks_name'] }));
    expect(outcome(destroyed)).toEqual({ status: 'SUCCEEDED' });
    expect(local.clusters.all()).toEqual([]);
  }, 900_000);
});
