import { renderCluster } from '../../../builds/cluster/cluster-config';
import type { ClusterConfig } from '../../../local/codebuild/eksctl/cluster-config';
import type { EksctlClients } from '../../../local/codebuild/eksctl/clients';
import { createNodeGroups } from '../../../local/codebuild/eksctl/create';
import type { CommandName } from '../../../local/codebuild/eksctl/commands';
import { requireValid } from '../../../local/codebuild/eksctl/rules';
import { configurationWith, found } from '../../builds/support';
import { everyEksctlCommand } from '../../support/eksctl-commands';

const agent = { name: 'eks-pod-identity-agent' };
const identity = {
  namespace: 'kube-system',
  serviceAccountName: 'ebs-csi-controller-sa',
  permissionPolicyARNs: ['arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy'],
};
const group = { name: 'workers', instanceTypes: ['m5.large'], minSize: 1, desiredCapacity: 2, maxSize: 3 };

const configWith = (part: object): ClusterConfig => ({
  metadata: { name: 'acme', region: 'eu-central-1' },
  ...part,
});
const addonWith = (changes: object) =>
  configWith({
    addons: [agent, { name: 'aws-ebs-csi-driver', podIdentityAssociations: [{ ...identity, ...changes }] }],
  });

/** Those that the real program was asked for as well are in `eksctl-real.test.ts`, which needs it built. */
test.each<[string, CommandName, ClusterConfig, RegExp | undefined]>([
  ['an identity that has all', 'create cluster', addonWith({}), undefined],
  [
    'an identity without a namespace',
    'create cluster',
    addonWith({ namespace: undefined }),
    /\.namespace must be set/,
  ],
  [
    'an identity without an account',
    'create addon',
    addonWith({ serviceAccountName: '' }),
    /serviceAccountName must be set/,
  ],
  [
    'an identity without policies',
    'create addon',
    addonWith({ permissionPolicyARNs: [] }),
    /at least one of/,
  ],
  [
    'an identity of an add-on with tags',
    'create cluster',
    addonWith({ tags: { a: 'b' } }),
    /^tags is not supported/,
  ],
  [
    'identities without the agent',
    'create cluster',
    configWith({ iam: { podIdentityAssociations: [identity] } }),
    /"eks-pod-identity-agent" addon must be installed/,
  ],
  [
    'values that are no document',
    'create addon',
    configWith({ addons: [{ name: 'coredns', configurationValues: '{' }] }),
    /configurationValues/,
  ],
  ['a group of fitting sizes', 'create nodegroup', configWith({ managedNodeGroups: [group] }), undefined],
  [
    'fewer nodes than the least',
    'create nodegroup',
    configWith({ managedNodeGroups: [{ ...group, desiredCapacity: 0 }] }),
    /--nodes-min=1 and --nodes=0/,
  ],
  [
    'more nodes than the most',
    'create nodegroup',
    configWith({ managedNodeGroups: [{ ...group, desiredCapacity: 4 }] }),
    /--nodes-max=3 and --nodes=4/,
  ],
  [
    'more nodes updated at once than there may be',
    'create nodegroup',
    configWith({ managedNodeGroups: [{ ...group, updateConfig: { maxUnavailable: 4 } }] }),
    /maxUnavailable=4 cannot be greater than maxSize=3/,
  ],
  [
    'both bounds of an update',
    'create nodegroup',
    configWith({
      managedNodeGroups: [{ ...group, updateConfig: { maxUnavailable: 1, maxUnavailablePercentage: 33 } }],
    }),
    /maxUnavailable=1 and maxUnavailablePercentage=33/,
  ],
  [
    'two groups of one name',
    'create nodegroup',
    configWith({ managedNodeGroups: [group, group] }),
    /"workers" is not unique/,
  ],
  [
    'an API server that nobody reaches',
    'create cluster',
    configWith({ vpc: { clusterEndpoints: { publicAccess: false, privateAccess: false } } }),
    /must have one of public or private/,
  ],
])('%s', (_what, command, config, refusal) => {
  const check = (): void => {
    requireValid(command, config);
  };
  if (refusal === undefined) expect(check).not.toThrow();
  else expect(check).toThrow(refusal);
});

const desired = renderCluster(configurationWith({ gpu_node_group: {}, tags: { Name: 'acme' } }), found);

test.each(everyEksctlCommand(desired).filter(([, { config }]) => config !== undefined))(
  'what the build renders for "%s" is none of these',
  (_what, { args, config }) => {
    requireValid(args.slice(0, 2).join(' ') as CommandName, config as ClusterConfig);
  },
);

test('a tag Name of a node group meets the one that eksctl gives its launch template', async () => {
  const config = configWith({ managedNodeGroups: [{ ...group, tags: { Name: 'acme' } }] });
  await expect(createNodeGroups({} as EksctlClients, config, () => undefined)).rejects.toThrow(
    "Duplicate tag key 'Name' specified.",
  );
});
