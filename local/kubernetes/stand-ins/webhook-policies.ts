import type { KubeObject } from '../kube-client';
import { startController } from './controller';
import { reachedByApiServer } from './pods-reached';
import type { StandIn, StandInOptions } from './stand-in';

const root = '/apis/admissionregistration.k8s.io/v1';

interface Webhook {
  name: string;
  clientConfig?: { service?: { namespace: string; name: string; port?: number } };
  failurePolicy?: string;
}

/**
 * Lets the API server go on without the admission webhooks that are served from within the cluster: where no container
 * runs none of them ever answers, and with the policy `Fail` nothing that they look at could be applied. One whose pods a
 * network policy shuts off from the API server is left as it is, and refuses for it.
 */
export function startWebhookPolicies(options: StandInOptions): StandIn {
  return startController({
    ...options,
    name: 'webhook-policies',
    identity: { user: 'local:webhook-policies', groups: ['system:masters'] },
    collections: [`${root}/validatingwebhookconfigurations`, `${root}/mutatingwebhookconfigurations`],
    reconcile: async (configuration, { path, client, say }) => {
      const webhooks = (configuration['webhooks'] ?? []) as Webhook[];
      for (const { name, clientConfig } of webhooks) {
        if (clientConfig?.service !== undefined && !(await reachedByApiServer(client, clientConfig.service)))
          throw new Error(`no network policy lets the API server reach the webhook ${name}`);
      }
      const body = waivers(configuration);
      if (body.length === 0) return;
      await client.json({ path, method: 'PATCH', contentType: 'application/json-patch+json', body });
      say(
        `${configuration.metadata.name}: its webhooks have no container behind them here and are passed over`,
      );
    },
  });
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
