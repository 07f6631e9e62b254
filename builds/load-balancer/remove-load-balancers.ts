import type { KubectlProgram } from '../kubernetes/kubectl';
import { describeObject, type KubernetesObject } from '../kubernetes/objects';
import type { Say } from '../support/say';
import { settle } from '../support/settle';

/** How long a load balancer's removal is waited for: the controller takes a minute or two. */
const patienceSeconds = 900;

/**
 * Deletes everything in the cluster that has a load balancer, while the controller still lives to remove it, and waits
 * until it is gone: its finalizer holds the object until then. Load balancers, and the security groups that they use,
 * would otherwise outlive the cluster and keep the VPC's subnets from being removed. A controller that does not run
 * removes nothing: what is left then is found by its tags (`leftovers.ts`).
 *
 * @returns whether all are gone
 */
export async function removeLoadBalancers(
  kubectl: KubectlProgram,
  say: Say,
  { timeoutSeconds = patienceSeconds, pollMs = 5_000 } = {},
): Promise<boolean> {
  const asked = new Set<string>();
  return settle<boolean>(
    async () => {
      const holders = await balanced(kubectl);
      if (holders.length === 0) return { done: true };
      const fresh = holders.filter((object) => !asked.has(describeObject(object)));
      for (const object of fresh) {
        asked.add(describeObject(object));
        say(`deleting ${describeObject(object)}, and with it its load balancer`);
      }
      if (fresh.length > 0) await kubectl.removeLater(fresh);
      return { waiting: `${holders.map(describeObject).join(', ')} must go` };
    },
    {
      ...{ deadline: Date.now() + timeoutSeconds * 1000, poll: pollMs, say },
      late: (waiting) => {
        say(
          `${waiting}, and did not within ${timeoutSeconds} s: the load balancer controller, which removes the load ` +
            'balancer first, does not do it',
        );
        return false;
      },
    },
  );
}

async function balanced(kubectl: KubectlProgram): Promise<KubernetesObject[]> {
  const [ingresses, services] = await Promise.all([kubectl.list('ingress'), kubectl.list('service')]);
  return [
    ...ingresses,
    ...services.filter(
      (service) => (service['spec'] as { type?: string } | undefined)?.type === 'LoadBalancer',
    ),
  ].map((object) => ({
    ...object,
    apiVersion: object.kind === 'Ingress' ? 'networking.k8s.io/v1' : 'v1',
  }));
}
