import fc from '../../support/fast-check';
import { longestIamPrefix } from '../../../core/iam-names';
import type { Network } from '../../../core/handover/found';
import { parseConfiguration } from '../../../core/configuration';
import { minimalConfiguration } from '../../support/minimal-configuration';

const word = (min: number, max: number): fc.Arbitrary<string> =>
  fc.stringMatching(new RegExp(`^[A-Za-z][A-Za-z0-9]{${min - 1},${max - 1}}$`));
const roleArn = word(1, 20).map((name) => `arn:aws:iam::111122223333:role/${name}`);
const counts = fc
  .tuple(fc.integer({ min: 0, max: 450 }), fc.integer({ min: 1, max: 450 }), fc.integer({ min: 0, max: 450 }))
  .map((numbers) => numbers.sort((one, other) => one - other))
  .map(([min, desired, max]) => ({ min, desired, max: Math.max(1, max) }));

/** Keys of a configuration that the cluster is rendered from. */
export const arbitraryDocument: fc.Arbitrary<Record<string, unknown>> = fc
  .record(
    {
      eks_name: word(1, 53),
      iam_role_prefix: word(1, longestIamPrefix),
      iam_policy_prefix: word(1, longestIamPrefix),
      cpu_worker_type: fc.constantFrom('m5.large', 'm7i-flex.2xlarge', 'c6i.metal'),
      associate_public_ip_address: fc.boolean(),
      ssh_key_name: word(1, 255),
      tags: fc.dictionary(
        fc.oneof(word(1, 128), fc.constant('Name')),
        fc.stringMatching(/^[\w .:/=+@-]{0,256}$/),
        { maxKeys: 40 },
      ),
      env: word(1, 64),
      kubernetes_version: fc.integer({ min: 34, max: 39 }).map((minor) => `1.${minor}`),
      endpoint_access: fc
        .record({ public: fc.boolean(), private: fc.boolean() })
        .filter(({ public: open, private: inside }) => open || inside),
      permissions_boundary_arn: word(1, 64).map((name) => `arn:aws:iam::111122223333:policy/${name}`),
      admin_role_arns: fc.uniqueArray(roleArn, { maxLength: 5 }),
      nodes: counts,
      gpu: counts,
      insights: fc.option(fc.record({ container_logs: fc.boolean() })),
    },
    { requiredKeys: [] },
  )
  .map(({ nodes, gpu, insights, ...document }) => ({
    ...document,
    ...(nodes !== undefined && {
      nodegroup_min_size: nodes.min,
      nodegroup_max_size: nodes.max,
      nodegroup_desired_size: nodes.desired,
    }),
    ...(gpu !== undefined && {
      gpu_node_group: { min_size: gpu.min, max_size: gpu.max, desired_size: gpu.desired },
    }),
    ...(insights != null && { observability: { container_insights: insights } }),
  }))
  .filter((document) => parseConfiguration({ ...minimalConfiguration, ...document }).ok)
  // With the defaults beside it a configuration must fit the variable in which the builds get it.
  .filter((document) => JSON.stringify(document).length <= 2_500);

const subnets = (min: number): fc.Arbitrary<Network['subnets']['private']> =>
  fc.uniqueArray(
    fc.record({
      id: fc.stringMatching(/^subnet-[0-9a-f]{17}$/),
      az: fc.constantFrom('eu-central-1a', 'eu-central-1b', 'eu-central-1c'),
    }),
    { minLength: min, maxLength: 7, selector: ({ id }) => id },
  );

/** What the preflight checks may find: several subnets in a zone, or no public ones. */
export const arbitraryFound: fc.Arbitrary<Network> = fc.record({
  vpc: fc.constant({ id: 'vpc-0123456789abcdef0', cidr: '10.0.0.0/16' }),
  subnets: fc.record({ private: subnets(2), public: subnets(0) }),
});
