import type { ControlPlane } from '../kubernetes/control-plane';
import type { AccessRow } from './result';
import type { SampleUser } from '../../core/configuration/users';

/** What is asked for each user and namespace. */
const questions = [
  { verb: 'get', resource: 'pods', apiGroup: '' },
  { verb: 'create', resource: 'notebooks', apiGroup: 'kubeflow.org' },
  { verb: 'delete', resource: 'notebooks', apiGroup: 'kubeflow.org' },
  { verb: 'get', resource: 'secrets', apiGroup: '' },
] as const;

/** Namespaces that no directory group may ever open. */
const neverOpen = ['kube-system', 'kubeflow', 'istio-system', 'default'];

/** Asks the API server itself who may do what: every sample user in every tenant's and system namespace. */
export async function reviewAccess(
  cluster: ControlPlane,
  users: readonly SampleUser[],
): Promise<AccessRow[]> {
  const profiles = await cluster.client.list('/apis/kubeflow.org/v1/profiles');
  const namespaces = [...profiles.map(({ metadata }) => metadata.name).sort(), ...neverOpen];
  const rows: AccessRow[] = [];
  for (const { email } of users) {
    for (const namespace of namespaces) {
      const answers = await Promise.all(
        questions.map((question) => cluster.client.allowed({ user: email, namespace, ...question })),
      );
      questions.forEach(({ verb, resource }, index) => {
        rows.push({ user: email, namespace, verb, resource, allowed: answers[index] ?? false });
      });
    }
  }
  return rows;
}
