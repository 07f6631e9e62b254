import { pageSize } from '../../../adapters/aws/pool-user';
import { createKubernetesClient } from '../../../adapters/kubernetes/client';
import { reconcileAll } from '../../../isolation/reconcile-all';
import type { ResyncSummary } from '../../../isolation/resync-summary';
import type { DirectoryUser } from '../../../core/access/directory';
import { accessCluster } from '../../../isolation/reconcile-user';
import { accessRulesSchema } from '../../../core/access/rules';
import { kubernetesGroups } from '../../../core/naming';
import { timed } from '../support/stats';
import { GeneratedCluster } from './generated-cluster';
import { benchUser } from './population';

/** What the process of one pass is told. */
export interface PassOrder {
  readonly endpoint: string;
  readonly caPem: string;
  readonly token: string;
  readonly users: number;
  readonly namespaces: number;
  /** Whether the lists are made by the bench, in place of an API server's. */
  readonly isGenerated: boolean;
}

/** And what it answers. */
export interface PassResult {
  /** Without what it took to generate lists. */
  readonly ms: number;
  /** CPU milliseconds, with it. */
  readonly cpuMs: number;
  /** Largest resident size of the process, MB (2^20 bytes). */
  readonly peakMb: number;
  readonly summary: ResyncSummary;
}

/** One pass in a process of its own, so that its memory is its own too. The directory's pages are not measured here. */
async function main(): Promise<void> {
  const order = JSON.parse(process.env['PASS_ORDER'] ?? '') as PassOrder;
  const generated = order.isGenerated ? new GeneratedCluster(order) : undefined;
  const client = createKubernetesClient({
    transport: generated,
    endpoint: order.endpoint,
    caPem: order.caPem,
    token: () => Promise.resolve(order.token),
    impersonate: { user: 'bench:resync', groups: [kubernetesGroups.profileManager] },
    timeoutMs: 60_000,
  });
  const directory = {
    pages: () => benchPages(order.users, order.namespaces),
    find: (userName: string) =>
      Promise.resolve(benchUser(Number(userName.replace(/^\D+/, '')), order.namespaces)),
  };
  const rules = accessRulesSchema.parse({});
  const { ms, result } = await timed(() => reconcileAll(accessCluster(client), directory, rules));
  client.close();
  const { user, system } = process.cpuUsage();
  const answer: PassResult = {
    ms: ms - (generated?.generatingMs ?? 0),
    cpuMs: (user + system) / 1000,
    peakMb: process.resourceUsage().maxRSS / 1024,
    summary: result,
  };
  process.stdout.write(JSON.stringify(answer));
}

/** The directory in pages of Cognito's size, of which none is kept. */
async function* benchPages(users: number, namespaces: number): AsyncGenerator<DirectoryUser[]> {
  for (let from = 0; from < users; from += pageSize) {
    const length = Math.min(pageSize, users - from);
    yield await Promise.resolve(Array.from({ length }, (_, offset) => benchUser(from + offset, namespaces)));
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
