import {
  createCommand,
  removeCommand,
  changeCommand,
  type EksctlChange,
} from '../../../builds/cluster/eksctl';
import { renderCluster } from '../../../builds/cluster/render';
import { readCommand, required } from '../../../local/codebuild/eksctl/commands';
import { configurationWith, found } from '../../builds/support';

const desired = renderCluster(configurationWith({ gpu_node_group: {} }), found);
const [group] = desired.managedNodeGroups;
if (group === undefined) throw new Error('no node group');

const changes: EksctlChange[] = [
  { kind: 'upgrade control plane', from: '1.34', to: '1.35' },
  { kind: 'upgrade node group', name: 'workers', to: '1.35' },
  { kind: 'update add-ons', addons: desired.addons },
  { kind: 'set endpoint access', config: desired.vpc },
  { kind: 'set log types', types: ['api'] },
  { kind: 'encrypt secrets', keyArn: desired.secretsEncryption.keyARN },
  { kind: 'create OIDC provider' },
  { kind: 'create access entries', entries: desired.accessConfig.accessEntries },
  { kind: 'remove access entry', principalArn: 'arn:aws:iam::111122223333:role/x' },
  { kind: 'remove pod identity', namespace: 'kube-system', serviceAccount: 'controller' },
  { kind: 'create pod identities', associations: desired.iam.podIdentityAssociations },
  { kind: 'create add-ons', addons: desired.addons },
  { kind: 'remove failed node group', name: 'workers', issues: [] },
  { kind: 'create node group', group },
  { kind: 'scale node group', name: 'workers', scale: { minSize: 1, maxSize: 2, desiredSize: 1 } },
  { kind: 'remove node group', name: 'workers' },
];

test.each([
  ...changes.map((change) => [change.kind, changeCommand(change, desired)] as const),
  ['create', createCommand(desired)] as const,
  ['remove', removeCommand(desired)] as const,
])('the command of "%s" has flags that eksctl has for it', (_, { args, config }) => {
  expect(() => readCommand(config === undefined ? args : [...args, '-f', 'file'])).not.toThrow();
});

test('an unknown command, and a flag that the command does not have, are refused', () => {
  expect(() => readCommand(['get', 'cluster'])).toThrow('does not know "eksctl get cluster"');
  expect(() => readCommand(['upgrade', 'nodegroup', '--cluster', 'a', '--approve'])).toThrow(
    'unknown flag: --approve',
  );
  expect(() => readCommand(['create', 'cluster', '--made-up'])).toThrow('--made-up');
  expect(() => required(readCommand(['delete', 'nodegroup', '--cluster', 'a']), 'name')).toThrow(
    '--name must be set',
  );
});
