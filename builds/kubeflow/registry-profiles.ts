import { UserError } from '../../core/errors';
import { managedByLabel } from '../../core/naming';
import type { PlannedChange } from '../../core/plan';
import type { Kubectl } from '../kubernetes/kubectl';
import type { KubernetesObject } from '../kubernetes/objects';
import { settle } from '../support/settle';
import type { Say } from '../support/say';

/** How long the profile controller may take, in milliseconds. */
const usualPatienceMs = 120_000;

interface ProfileOptions {
  kubectl: Pick<Kubectl, 'get' | 'apply'>;
  /** Of the Profiles that are made: the same as the profile manager's. */
  owner: string;
  say: Say;
  pollMs?: number;
  patienceMs?: number | undefined;
}

/**
 * Makes the Profiles of namespaces that are not there, as the profile manager would at the first login of a member, and waits
 * for their namespaces. Its quota a Profile gets by the re-sync, as all do. What is there stays as it is.
 *
 * @throws UserError `InvalidConfiguration` for a namespace that is no Profile's, `ComponentNotReady`
 */
export async function ensureProfiles(names: readonly string[], options: ProfileOptions): Promise<void> {
  const { kubectl, owner, say, pollMs = 1_000, patienceMs = usualPatienceMs } = options;
  const missing = missingOf(names, await kubectl.get(names.map(namespaceReference)));
  if (missing.length === 0) return;
  say(`making the Profiles of ${missing.join(', ')}`);
  await kubectl.apply(missing.map((name) => profile(name, owner)));
  await settle(
    async () => {
      const there = await kubectl.get(missing.map(namespaceReference));
      const waiting = missing.filter((name) => !there.some((found) => isTenant(found, name)));
      return waiting.length === 0
        ? { done: undefined }
        : { waiting: `the namespaces of the Profiles ${waiting.join(', ')}` };
    },
    {
      ...{ deadline: Date.now() + patienceMs, poll: pollMs, say },
      late: (waiting) => {
        throw new UserError(
          'ComponentNotReady',
          `Model Registry is not ready in time: ${waiting} are not there. The profile controller makes them (Deployment ` +
            'kubeflow/profiles-deployment): look at its log, remove the cause, then retry this step.',
        );
      },
    },
  );
}

/** Tells of the Profiles that an installation would make, by reads alone. */
export async function planProfiles(
  names: readonly string[],
  kubectl: Pick<Kubectl, 'get'>,
  add: (change: PlannedChange) => void,
): Promise<void> {
  for (const name of missingOf(names, await kubectl.get(names.map(namespaceReference))))
    add({ action: 'create', what: `Profile ${name}, for its model registry` });
}

/** @throws UserError `InvalidConfiguration` for a namespace that is no Profile's */
function missingOf(names: readonly string[], there: readonly KubernetesObject[]): string[] {
  const foreign = there.find((found) => !isTenant(found, found.metadata.name));
  if (foreign !== undefined) {
    throw new UserError(
      'InvalidConfiguration',
      `kubeflow.model_registry names the namespace ${foreign.metadata.name}, which is no Profile's, so that nobody of a ` +
        'directory has it. Name a namespace of a Profile, or one that is not there: it gets a Profile.',
    );
  }
  return names.filter((name) => !there.some(({ metadata }) => metadata.name === name));
}

const namespaceReference = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

/** What a tenant's namespace is, isolation/tenants.ts says in the same words. */
function isTenant({ metadata }: KubernetesObject, name: string): boolean {
  return (
    metadata.name === name &&
    metadata.labels?.['app.kubernetes.io/part-of'] === 'kubeflow-profile' &&
    (metadata.annotations?.['owner'] ?? '') !== ''
  );
}

/** As isolation/profiles.ts makes it, but for the quota. */
function profile(name: string, owner: string): KubernetesObject {
  return {
    apiVersion: 'kubeflow.org/v1',
    kind: 'Profile',
    metadata: { name, labels: { [managedByLabel.key]: managedByLabel.value } },
    spec: { owner: { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: owner } },
  };
}
