import type { Metrics } from '@aws-lambda-powertools/metrics';
import { readPoolRegistration } from '../../../adapters/aws/registry';
import { findUsersByEmail } from '../../../adapters/aws/users-by-email';
import { createKubernetesClient } from '../../../adapters/kubernetes/client';
import { createEksToken } from '../../../adapters/kubernetes/eks-token';
import { completeRules } from '../../../core/access/complete-rules';
import { stackNames } from '../../../core/naming';
import { accessCluster } from '../../../isolation/reconcile-user';
import { Clusters } from '../../../lambda/profile-manager/clusters';
import { handleLogin, type ProfileManagerParts } from '../../../lambda/profile-manager/handler';
import { createResyncRequester } from '../../../lambda/profile-manager/resync-request';
import { heldIn, type Cluster } from './clusters-in-memory';
import { caller } from './model-aws';
import { grantedBy, rankOf } from './people';
import type { SignIn } from './pools-in-memory';
import type { Deed } from './stories';
import type { World } from './world';

/** What a login may take, in milliseconds: Cognito waits 5 s (`lambda/profile-manager/deadline.ts`). */
const budgetMs = 4_300;
/** Longest that a call of AWS takes in a login, in milliseconds. */
const longestCall = 500;

const noMetrics = {
  addDimension: () => undefined,
  addMetric: () => undefined,
  publishStoredMetrics: () => undefined,
} as unknown as Metrics;

/**
 * People log in: the pool takes over what the directory says of them at this moment, and then asks the profile manager,
 * whose own code runs in processes as Lambda has them: each works on one login at a time, remembers what it remembers, and
 * is another one after it was killed.
 */
export class Logins {
  private readonly processes: ProfileManagerParts[] = [];

  constructor(private readonly world: World) {}

  /** Comes back when the login has ended, or the process with it. */
  async logIn(deployment: string, { person, process, killedAt }: Deed & { do: 'log in' }): Promise<void> {
    const { world } = this;
    const id = world.pools.idOf(deployment);
    if (id === undefined) return;
    await world.passUpTo(1_000);
    const sent = world.directory.send(person);
    const userAttributes = world.pools.signIn(id, sent);
    const killed = Promise.withResolvers<never>();
    let calls = 0;
    const before = async (): Promise<void> => {
      calls += 1;
      if (calls === killedAt && !world.calm) {
        killed.reject(new Error('the process was killed'));
        await new Promise(() => undefined);
      }
      await world.passUpTo(longestCall);
    };
    const event = { version: '2', userPoolId: id, userName: sent.userName, request: { userAttributes } };
    // The story says which of those that have nothing to do.
    const [parts = processOf(world)] = this.processes.splice(process % Math.max(1, this.processes.length), 1);
    const cluster = world.clusters.of(deployment);
    const alone = cluster && begins(cluster);
    const name = `the login of ${sent.userName}`;
    const login = caller.run({ name, deployment, before }, () => handleLogin(parts, event, budgetMs));
    const survives = (): unknown => this.processes.push(parts);
    login.then(survives, survives);
    try {
      await Promise.race([login, killed.promise]);
      if (cluster !== undefined && alone?.() === true) this.look(deployment, cluster, sent);
    } catch {
      // Refused or killed: the next login or resync brings everything in line.
    } finally {
      if (cluster !== undefined) cluster.writers.now -= 1;
    }
  }

  /** Nobody gets through with access that the directory has taken away; where others write as well, a resync mends it. */
  private look(deployment: string, cluster: Cluster, { userName, email, groups }: SignIn): void {
    if (this.world.clusters.of(deployment) !== cluster) return;
    const granted = grantedBy(groups, deployment);
    const { bindings, policies } = heldIn(cluster, true);
    for (const { email: of, namespace, role } of [...bindings, ...policies])
      if (of === email.toLowerCase() && rankOf(role) > rankOf(granted.get(namespace) ?? ''))
        this.world.witness.violations.push(`${userName} got into ${deployment} with ${role} in ${namespace}`);
  }
}

/** Somebody begins to write access in a cluster. @returns whether nobody else did since then */
export function begins({ writers }: Cluster): () => boolean {
  const wasAlone = writers.now === 0;
  writers.now += 1;
  writers.ever += 1;
  const { ever } = writers;
  return () => wasAlone && writers.ever === ever;
}

/** A process of the profile manager, as `lambda/profile-manager/index.ts` puts it together. */
function processOf({ stage: { clients, logger } }: World): ProfileManagerParts {
  const credentials = (): Promise<{ accessKeyId: string; secretAccessKey: string }> =>
    Promise.resolve({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'local' });
  return {
    logger,
    metrics: noMetrics,
    clusters: new Clusters({
      read: async (userPoolId) => {
        const registered = await readPoolRegistration(clients, stackNames.table, userPoolId);
        return registered && { ...registered, rules: completeRules(registered.rules) };
      },
      connect: ({ cluster: { name: clusterName, region, endpoint } }) =>
        accessCluster(
          createKubernetesClient({
            endpoint,
            caPem: '',
            token: createEksToken({ clusterName, region, credentials }),
            timeoutMs: 1_500,
          }),
        ),
    }),
    findUsers: (userPoolId, email, signal) => findUsersByEmail(clients, userPoolId, email, signal),
    requestResync: createResyncRequester({ clients, logger }),
  };
}
