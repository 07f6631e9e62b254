import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { AddonIdentity } from '../../../builds/cluster/addons';
import { changeCommand, createCommand } from '../../../builds/cluster/eksctl';
import { renderCluster, type ClusterConfig } from '../../../builds/cluster/cluster-config';
import type { Network } from '../../../core/handover/found';
import { tools } from '../../../core/versions';
import { readConfiguration } from '../../../cli/configuration-file';
import type { Configuration } from '../../../core/configuration';
import { programPath } from '../../../local/programs';
import { programs } from '../../../local/programs/table';
import { clusterVersions } from '../../../local/region/overlays/account-facts';
import { arbitraryDocument } from '../../builds/cluster/arbitrary-configuration';
import { configurationWith } from '../../builds/support';
import { everyEksctlCommand } from '../../support/eksctl-commands';
import fc from '../../support/fast-check';
import { useMoto } from '../../support/moto';

/* The real eksctl, in the version that is pinned for the builds on AWS, against what is rendered for it. */

test('it is the version that the builds on AWS take', () => {
  expect(programs.eksctl.version).toBe(`v${tools.eksctl.version}`);
});

const moto = useMoto({ services: () => ({ eks: [clusterVersions] }) });

let program: string;
let folder: string;
beforeAll(async () => {
  program = await programPath('eksctl');
  folder = await mkdtemp(join(tmpdir(), 'eksctl-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Building it takes minutes: where it is not there, `local programs build eksctl` says so, and these tests pass over it. */
const whereBuilt = (name: string, body: () => Promise<void>, timeout: number): void => {
  test(
    name,
    async () => {
      if (!existsSync(program)) {
        process.stderr.write(`not checked: there is no eksctl at ${program} (local programs build eksctl)\n`);
        return;
      }
      await body();
    },
    timeout,
  );
};

/** What eksctl says at its end: nothing where it succeeds. */
async function refusal(args: readonly string[], config?: object): Promise<string | undefined> {
  const file = join(folder, 'cluster.yaml');
  if (config !== undefined) await writeFile(file, JSON.stringify(config));
  const environment = {
    PATH: process.env['PATH'],
    HOME: folder,
    AWS_ENDPOINT_URL: moto.endpoint,
    AWS_REGION: moto.region,
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  return new Promise((resolve) => {
    execFile(
      program,
      config === undefined ? args : [...args, '-f', file],
      { env: environment, maxBuffer: 1 << 24 },
      (error, stdout, stderr) => {
        if (error === null) resolve(undefined);
        else
          resolve(/Error: ([^]*)/.exec(`${stdout}\n${stderr}`)?.[1]?.trim() ?? `${error.message}${stderr}`);
      },
    );
  });
}

/** A network as the preflight finds one, which moto knows. */
async function makeNetwork(): Promise<Network> {
  const ec2 = moto.lookingClients.get(EC2Client);
  const { Vpc: vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const subnet = async (index: number, az: string): Promise<{ id: string; az: string }> => {
    const { Subnet: made } = await ec2.send(
      new CreateSubnetCommand({
        VpcId: vpc?.VpcId,
        CidrBlock: `10.0.${index}.0/24`,
        AvailabilityZone: az,
      }),
    );
    return { id: made?.SubnetId ?? '', az };
  };
  // Several of a kind in one zone, as many a VPC has them.
  const zones = ['eu-central-1a', 'eu-central-1b', 'eu-central-1a'];
  return {
    vpc: { id: vpc?.VpcId ?? '', cidr: '10.0.0.0/16' },
    subnets: {
      private: await Promise.all(zones.map(async (zone, index) => subnet(index, zone))),
      public: await Promise.all(zones.map(async (zone, index) => subnet(10 + index, zone))),
    },
  };
}

const dryRun = async (config: object): Promise<string | undefined> =>
  refusal(['create', 'cluster', '--dry-run'], config);

function rendered(configuration: Configuration, network: Network): ClusterConfig {
  const { region } = moto;
  return renderCluster({ ...configuration, region }, network, [
    'arn:aws:iam::111122223333:role/kubeflow-eks-kubeflow',
  ]);
}

whereBuilt(
  'takes the cluster of every example, as a whole and as the build creates it',
  async () => {
    const network = await makeNetwork();
    const examples = join(__dirname, '../../../examples');
    const names = readdirSync(examples).filter((name) => /^[a-z-]+\.yaml$/.test(name));
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) {
      const { configuration } = await readConfiguration(join(examples, name));
      const config = rendered(configuration, network);
      expect([name, await dryRun(config)]).toEqual([name, undefined]);
      expect([name, await dryRun(createCommand(config).config ?? {})]).toEqual([name, undefined]);
    }
  },
  300_000,
);

whereBuilt(
  'takes any valid configuration',
  async () => {
    const network = await makeNetwork();
    await fc.assert(
      fc.asyncProperty(arbitraryDocument, async (document) => {
        // A version that EKS does not have is the preflight checks' business.
        const configuration = {
          ...configurationWith(document),
          kubernetes_version: configurationWith().kubernetes_version,
        };
        expect(await dryRun(rendered(configuration, network))).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  },
  600_000,
);

whereBuilt(
  'every command of the builds gets as far as asking EKS for the cluster',
  async () => {
    const network = await makeNetwork();
    const desired = rendered(configurationWith({ gpu_node_group: {} }), network);
    const outcomes: [string, string | undefined][] = [];
    for (const [name, command] of everyEksctlCommand(desired)) {
      // By force it goes on without the cluster, to look for stacks.
      if (name !== 'create' && name !== 'remove by force')
        outcomes.push([name, await refusal(command.args, command.config)]);
    }
    expect(outcomes.filter(([, said]) => !/cluster|ResourceNotFound/.test(said ?? ''))).toEqual([]);
    for (const [name, said] of outcomes)
      expect([name, said]).toEqual([
        name,
        expect.stringMatching(/No cluster found for name: |ResourceNotFound/),
      ]);
  },
  300_000,
);

/** What the rendered configuration must not have, as eksctl says it: neither its schema nor its user guide does. */
const mistakes: Record<
  string,
  [change: (identity: Partial<AddonIdentity> & { tags?: object }) => void, said: RegExp]
> = {
  'an identity of an add-on without a namespace': [
    (identity) => delete identity.namespace,
    /^invalid configuration for "vpc-cni" addon: podIdentityAssociations\[0\]\.namespace must be set$/,
  ],
  'tags of an identity of an add-on': [
    (identity) => (identity.tags = { team: 'ml' }),
    /^tags is not supported for addon\.podIdentityAssociations \(addon: vpc-cni\)$/,
  ],
  'an identity of an add-on without policies': [
    (identity) => delete identity.permissionPolicyARNs,
    /^invalid configuration for "vpc-cni" addon: at least one of the following must be specified/,
  ],
};

whereBuilt(
  'refuses what the add-ons must not have, also where they are made by themselves',
  async () => {
    const network = await makeNetwork();
    for (const [mistake, [change, said]] of Object.entries(mistakes)) {
      const config = structuredClone(rendered(configurationWith(), network));
      const [identity] = config.addons.flatMap(({ podIdentityAssociations = [] }) => podIdentityAssociations);
      change(identity ?? {});
      expect([mistake, await dryRun(config)]).toEqual([mistake, expect.stringMatching(said)]);
      // Of add-ons by themselves it takes tags; CloudFormation would get them twice.
      if (mistake.startsWith('tags')) continue;
      const { args, config: alone } = changeCommand(
        { kind: 'create add-ons', addons: config.addons },
        config,
      );
      expect([mistake, await refusal(args, alone)]).toEqual([mistake, expect.stringMatching(said)]);
    }
  },
  300_000,
);
