import type { KubernetesObject } from '../../../builds/kubernetes/objects';
import { withoutStrayNamespaces } from '../../../builds/kubernetes/scopes';

const definition = (kind: string, scope: 'Cluster' | 'Namespaced'): KubernetesObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${kind.toLowerCase()}s.trainer.kubeflow.org` },
  spec: { group: 'trainer.kubeflow.org', names: { kind }, scope },
});
const definitions = [definition('ClusterTrainingRuntime', 'Cluster'), definition('TrainJob', 'Namespaced')];

test.each<[string, string, boolean]>([
  ['rbac.authorization.k8s.io/v1', 'ClusterRole', false],
  ['v1', 'ConfigMap', true],
  ['trainer.kubeflow.org/v1alpha1', 'ClusterTrainingRuntime', false],
  ['trainer.kubeflow.org/v1alpha1', 'TrainJob', true],
  ['elsewhere.example.com/v1', 'ClusterTrainingRuntime', true],
])('%s %s keeps its namespace: %p', (apiVersion, kind, keeps) => {
  const labels = { app: 'trainer' };
  const object = { apiVersion, kind, metadata: { name: 'one', namespace: 'kubeflow', labels } };
  const rendered = withoutStrayNamespaces([
    { id: 'trainer', objects: definitions },
    { id: 'other', objects: [object] },
  ]);
  expect(rendered.map(({ id }) => id)).toEqual(['trainer', 'other']);
  expect(rendered[1]?.objects[0]?.metadata).toEqual({
    name: 'one',
    labels,
    ...(keeps ? { namespace: 'kubeflow' } : {}),
  });
});
