import { createKubernetesClient } from '../../../adapters/kubernetes/client';
import { reconcileAll } from '../../../isolation/reconcile-all';
import type { ResyncSummary } from '../../../isolation/resync-summary';
import { accessCluster } from '../../../isolation/reconcile-user';
import { accessRulesSchema } from '../../../core/access/rules';
import { kubernetesGroups } from '../../../core/naming';
import { timed } from '../support/stats';
import { benchUser } from './population';

/** What the process of one pass is told. */
export interface PassOrder {
  readonly endpoint: string;
  readonly caPem: string;
  readonly token: string;
  readonly users: number;
  readonly namespaces: number;
}

/** And what it answers. */
export interface PassResult {
  readonly ms: number;
  /** Largest resident size of the process, MB (2^20 bytes). */
  readonly peakMb: number;
  readonly summary: ResyncSummary;
}

/** One pass in a process of its own, so that its memory is its own too. The directory's pages are not measured here. */
async function main(): Promise<void> {
  const order = JSON.parse(process.env['PASS_ORDER'] ?? '') as PassOrder;
  const client = createKubernetesClient({
    endpoint: order.endpoint,
    caPem: order.caPem,
    token: () => Promise.resolve(order.token),
    impersonate: { user: 'bench:resync', groups: [kubernetesGroups.profileManager] },
    timeoutMs: 60_000,
  });
  const users = Array.from({ length: order.users }, (_, index) => benchUser(index, order.namespaces));
  const byName = new Map(users.map((user) => [user.userName, user]));
  const directory = {
    list: () => Promise.resolve(users),
    find: (userName: string) => Promise.resolve(byName.get(userName)),
  };
  const rules = accessRulesSchema.parse({});
  const { ms, result } = await timed(() => reconcileAll(accessCluster(client), directory, rules));
  client.close();
  const answer: PassResult = { ms, peakMb: process.resourceUsage().maxRSS / 1024, summary: result };
  process.stdout.write(JSON.stringify(answer));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
