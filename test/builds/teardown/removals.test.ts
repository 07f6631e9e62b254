import { removeLoadBalancers } from '../../../builds/load-balancer/remove-load-balancers';
import { removeVolumes } from '../../../builds/teardown/volumes';
import type { KubectlProgram } from '../../../builds/kubernetes/kubectl';
import type { KubernetesObject, ObjectReference } from '../../../builds/kubernetes/objects';
import { CommandError } from '../../../builds/support/command';

/** A cluster of which some kinds never go, as when their controller does not run. */
function cluster(objects: readonly KubernetesObject[], stuck: readonly string[]) {
  let there = [...objects];
  const asked: string[] = [];
  const ask = (doomed: readonly ObjectReference[]): boolean => {
    asked.push(...doomed.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
    const going = new Set(
      doomed.filter(({ kind }) => !stuck.includes(kind)).map(({ metadata }) => metadata.name),
    );
    there = there.filter(({ metadata }) => !going.has(metadata.name));
    return doomed.every(({ kind }) => !stuck.includes(kind));
  };
  const kubectl: Pick<KubectlProgram, 'list' | 'remove' | 'removeLater'> = {
    list: async (kind) =>
      Promise.resolve(
        there.filter((object) => object.kind.toLowerCase() === kind.replace(/s?\.kubeflow\.org$/, '')),
      ),
    remove: async (doomed) =>
      ask(doomed)
        ? Promise.resolve()
        : Promise.reject(
            new CommandError('kubectl delete', {
              code: 1,
              stdout: '',
              stderr: 'timed out waiting for the condition',
            }),
          ),
    removeLater: async (doomed) => {
      ask(doomed);
      return Promise.resolve();
    },
  };
  const said: string[] = [];
  return { kubectl: kubectl as KubectlProgram, asked, said, say: (line: string) => said.push(line) };
}

const object = (kind: string, name: string, more: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name },
  ...more,
});
const volume = (id: string, persistentVolumeReclaimPolicy: string): KubernetesObject =>
  object('PersistentVolume', `pv-${id}`, {
    spec: { persistentVolumeReclaimPolicy, csi: { volumeHandle: id } },
  });
const profiles = [object('CustomResourceDefinition', 'profiles.kubeflow.org'), object('Profile', 'team-a')];
const soon = { timeoutSeconds: 0.02, pollMs: 1 };

test('a profile controller that does not run holds nothing up: the namespaces go without it', async () => {
  const { kubectl, asked, said, say } = cluster(
    [...profiles, object('PersistentVolumeClaim', 'work')],
    ['Profile'],
  );
  expect(await removeVolumes(kubectl, say, soon)).toEqual(new Set());
  expect(asked).toEqual(['Profile team-a', 'Namespace team-a', 'PersistentVolumeClaim work']);
  expect(said.join('\n')).toMatch(/deleting the profiles did not succeed.*timed out/s);
});

test('volumes that the driver does not delete are told, those that are to be retained are not', async () => {
  const { kubectl, say } = cluster([volume('vol-1', 'Delete'), volume('vol-2', 'Retain')], []);
  expect(await removeVolumes(kubectl, say, soon)).toEqual(new Set(['vol-1']));
});

test('a load balancer controller that does not run holds nothing up either', async () => {
  const { kubectl, asked, said, say } = cluster([object('Ingress', 'istio-ingress')], ['Ingress']);
  expect(await removeLoadBalancers(kubectl, say, soon)).toBe(false);
  expect(asked).toEqual(['Ingress istio-ingress']);
  expect(said.join('\n')).toContain('does not do it');
});

test('with its controller a load balancer goes', async () => {
  const { kubectl, say } = cluster([object('Ingress', 'istio-ingress')], []);
  expect(await removeLoadBalancers(kubectl, say, soon)).toBe(true);
});
