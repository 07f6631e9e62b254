import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ExecutionSummary } from '../../adapters/aws/executions';
import { cli, documentOf } from '../cli/recording-host';
import { stackOptionsFor } from '../../local/region';
import { useRegion, type TestRegion } from '../support/region';

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

/** The values that the sample publishes go the same way in `destroy.test.ts`. */
const documents = examples.map((name): [string, Record<string, unknown>] => [name, read(name)]);

/** With what a failed one said, so that a failure of the test says it too. */
function outcome({ execution: { status, error, cause } }: { execution: ExecutionSummary }): object {
  return status === 'SUCCEEDED' ? { status } : { status, error, cause: cause?.slice(-2_000) };
}

// One region for the examples of each, as an account has it: with the options that any of them needs.
const places = Map.groupBy(documents, ([, document]) => String(document['region']));
describe.each([...places])('in %s', (_place, ofPlace) => {
  const [[, first] = ['', {}]] = ofPlace;
  const region = useRegion(first, {
    context: Object.assign({}, ...ofPlace.map(([, document]) => stackOptionsFor(document))) as Record<
      string,
      string
    >,
  });

  test.each(ofPlace)(
    '%s is provisioned as it is written, and destroyed',
    async (name, written) => {
      const { start, finish, region: local } = region();
      const { document, mappings } = await local.prepare(written);
      // What an account assigns itself is all that is said otherwise, and what a mirror holds.
      for (const { path } of mappings)
        expect(path).toMatch(
          /^(vpc_id|kms_key_arn|hosted_zone_id|subnets\..*|kubeflow\.source\.archive\.sha256)$/,
        );
      if (name === 'private.yaml')
        await failsAtChecksum(region(), { ...document, kubeflow: written['kubeflow'] });

      const provisioned = await finish(await start('provision', document));
      expect(outcome(provisioned)).toEqual({ status: 'SUCCEEDED' });
      const destroyed = await finish(await start('destroy', { deployment: document['eks_name'] }));
      expect(outcome(destroyed)).toEqual({ status: 'SUCCEEDED' });
      expect(local.clusters.all()).toEqual([]);
    },
    900_000,
  );
});

/** One that failed at another checksum of its mirror can be destroyed. */
async function failsAtChecksum({ start, finish, region: local }: TestRegion, wrong: object): Promise<void> {
  const provisioned = await finish(await start('provision', wrong));
  expect(provisioned.execution).toMatchObject({ status: 'FAILED' });
  expect(provisioned.view.steps.filter(({ status }) => status === 'FAILED')).toMatchObject([
    { name: 'Install and publish' },
    { name: 'Install Kubeflow' },
  ]);
  const destroyed = await finish(await start('destroy', wrong));
  expect(outcome(destroyed)).toEqual({ status: 'SUCCEEDED' });
  expect(local.clusters.all()).toEqual([]);
}
