import type { InstalledAddon } from '../../adapters/aws/eks-inventory';
import { UserError } from '../../core/errors';
import type { Say } from '../support/say';
import { settle } from '../support/settle';
import type { Kubectl } from '../kubernetes/kubectl';

const defaultClass = 'storageclass.kubernetes.io/is-default-class';

export interface PrerequisiteOptions {
  kubectl: Kubectl;
  addons: () => Promise<InstalledAddon[]>;
  say: Say;
  pollMs?: number;
  patienceMs?: number | undefined;
}

/**
 * Waits for what an installation stands on: the add-ons active, a default StorageClass (without one, databases wait
 * for their volumes for ever), the load balancer controller's class (without it, the ingress never gets an address).
 *
 * @throws UserError `ComponentNotReady`
 */
export async function awaitPrerequisites(options: PrerequisiteOptions): Promise<void> {
  const { say, pollMs = 10_000, patienceMs = 10 * 60_000 } = options;
  await settle(
    async () => {
      const missing = await whatIsMissing(options);
      return missing.length === 0 ? { done: undefined } : { waiting: missing.join('; ') };
    },
    {
      ...{ deadline: Date.now() + patienceMs, poll: pollMs, say },
      late: (waiting) => {
        throw new UserError(
          'ComponentNotReady',
          `the cluster is not ready for Kubeflow: ${waiting}. The step "Create cluster" makes these: look at its build's log, ` +
            'remove the cause, then start a new execution.',
        );
      },
    },
  );
  say('the cluster has its add-ons, a default StorageClass and the load balancer controller');
}

async function whatIsMissing({ kubectl, addons }: PrerequisiteOptions): Promise<string[]> {
  const [installed, storage, classes] = await Promise.all([
    addons(),
    kubectl.list('storageclass'),
    kubectl.list('ingressclass'),
  ]);
  return [
    ...installed
      .filter(({ status }) => status !== 'ACTIVE')
      .map(({ name, status, issues }) => `the add-on ${name} is ${status} ${issues.join(', ')}`.trim()),
    ...(storage.some(({ metadata }) => metadata.annotations?.[defaultClass] === 'true')
      ? []
      : ['no StorageClass is the default']),
    ...(classes.some(({ metadata }) => metadata.name === 'alb')
      ? []
      : ['there is no IngressClass "alb": the load balancer controller is not installed']),
  ];
}
