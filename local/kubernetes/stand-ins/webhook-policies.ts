import type { KubeObject } from '../client';
import { Informer } from './informer';
import { describeError, speaker, type StandIn, type StandInOptions } from './stand-in';
import { WorkQueue } from './work-queue';

const ROOT = '/apis/admissionregistration.k8s.io/v1';
const COLLECTIONS = [`${ROOT}/validatingwebhookconfigurations`, `${ROOT}/mutatingwebhookconfigurations`];
const IDENTITY = { user: 'local:webhook-policies', groups: ['system:masters'] };

interface Webhook {
  clientConfig?: { service?: unknown };
  failurePolicy?: string;
}

/**
 * Lets the API server go on without the admission webhooks that are served from within the cluster: where no container
 * runs none of them ever answers, and with the policy `Fail` nothing that they look at could be applied.
 */
export function startWebhookPolicies({ client: admin, onLine }: StandInOptions): StandIn {
  const say = speaker('webhook-policies', onLine);
  const stopping = new AbortController();
  const { signal } = stopping;
  const client = admin.as(IDENTITY, 'webhook-policies (stand-in)');
  const complain = (error: unknown): void => {
    say(describeError(error));
  };
  const queue = new WorkQueue({
    signal,
    reconcile: async (path) => reconcile(path),
    onError: (path, error) => {
      say(`${path}: ${describeError(error)}; trying again`);
    },
  });
  const informers = new Map(
    COLLECTIONS.map((collection) => [
      collection,
      new Informer(
        client,
        collection,
        ({ metadata }) => {
          queue.add(`${collection}/${metadata.name}`);
        },
        complain,
      ),
    ]),
  );

  async function reconcile(path: string): Promise<void> {
    const at = path.lastIndexOf('/');
    const found = informers.get(path.slice(0, at))?.get(path.slice(at + 1));
    if (found === undefined) return;
    const body = waivers(found);
    if (body.length === 0) return;
    await client.json({ path, method: 'PATCH', contentType: 'application/json-patch+json', body });
    say(`${path.slice(at + 1)}: its webhooks have no container behind them here and are passed over`);
  }

  const all = [...informers.values()];
  const running = Promise.all(all.map(async (informer) => informer.run(signal)));
  return {
    ready: Promise.all(all.map(async ({ synced }) => synced)).then(() => undefined),
    stop: async () => {
      stopping.abort();
      await running;
      client.close();
    },
  };
}

/** The JSON patch after which nothing waits for a service of the cluster; empty where nothing does. */
function waivers({ metadata, ...rest }: KubeObject): object[] {
  const webhooks = (rest['webhooks'] ?? []) as Webhook[];
  const operations = webhooks.flatMap(({ clientConfig, failurePolicy }, index) =>
    clientConfig?.service === undefined || failurePolicy === 'Ignore'
      ? []
      : [{ op: 'replace', path: `/webhooks/${index}/failurePolicy`, value: 'Ignore' }],
  );
  if (operations.length === 0) return [];
  // The places are those of this version; another has an event of its own.
  return [{ op: 'test', path: '/metadata/resourceVersion', value: metadata.resourceVersion }, ...operations];
}
