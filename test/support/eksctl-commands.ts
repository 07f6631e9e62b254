import {
  changeCommand,
  createCommand,
  deleteCommand,
  type EksctlChange,
  type EksctlCommand,
} from '../../builds/cluster/eksctl';
import type { ClusterConfig } from '../../builds/cluster/cluster-config';

/** Every command that the builds give eksctl, by what it is for. */
export function everyEksctlCommand(desired: ClusterConfig): [name: string, command: EksctlCommand][] {
  const [group] = desired.managedNodeGroups;
  if (group === undefined) throw new Error('no node group');
  const changes: EksctlChange[] = [
    { kind: 'upgrade control plane', from: '1.34', to: '1.35' },
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
  return [
    ...changes.map((change): [string, EksctlCommand] => [change.kind, changeCommand(change, desired)]),
    ['create', createCommand(desired)],
    ['remove', deleteCommand(desired.metadata, { force: false })],
    ['remove by force', deleteCommand(desired.metadata, { force: true })],
  ];
}
