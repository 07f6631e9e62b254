import type { KubeClient, KubeObject } from '../kube-client';
import { startController } from './controller';
import { includes, type StandIn, type StandInOptions } from './stand-in';

/** What the controller reads of its ConfigMap (KServe 0.18, `pkg/apis/serving/v1beta1/configmap.go`, IngressConfig). */
interface IngressConfig {
  ingressGateway?: string;
  ingressDomain?: string;
  urlScheme?: string;
  pathTemplate?: string;
}

const settingsPath = '/api/v1/namespaces/kubeflow/configmaps/inferenceservice-config';
/** To which every route leads (`localGatewayService`). */
const localGateway = 'knative-local-gateway.istio-system.svc.cluster.local';

/**
 * Stands in for KServe's controller in what concerns the way to a model: the address that it shows and the route under
 * which the gateway knows it (KServe 0.18, `reconcilers/ingress/ingress_reconciler.go`, createIngress). Both are of the
 * domain in its ConfigMap: a request for another host reaches no model. No model runs.
 */
export function startModelRoutes(options: StandInOptions): StandIn {
  return startController({
    ...options,
    name: 'model-routes',
    identity: { user: 'local:model-routes', groups: ['system:masters'] },
    collections: ['/apis/serving.kserve.io/v1beta1/inferenceservices'],
    reconcile: async (model, { path, client, say }) => {
      const settings = await readSettings(client);
      const url = `${settings.urlScheme}://${settings.ingressDomain}${pathTo(model, settings)}`;
      await client.apply(routeOf(model, settings));
      const body = { status: { url } };
      if (includes(model['status'], body.status)) return;
      await client.json({
        path: `${path}/status`,
        method: 'PATCH',
        contentType: 'application/merge-patch+json',
        body,
      });
      say(`${model.metadata.namespace ?? ''}/${model.metadata.name} is shown at ${url}`);
    },
  });
}

async function readSettings(client: KubeClient): Promise<Required<IngressConfig>> {
  const { data } = await client.get<{ data?: { ingress?: string } }>(settingsPath);
  const { ingressGateway, ingressDomain, urlScheme, pathTemplate } = JSON.parse(
    data?.ingress ?? '{}',
  ) as IngressConfig;
  if (ingressGateway === undefined || ingressDomain === undefined || pathTemplate === undefined)
    throw new Error('inferenceservice-config has no gateway, domain or path for models');
  // KServe's defaults where one is not given.
  return { ingressGateway, ingressDomain, urlScheme: urlScheme ?? 'http', pathTemplate };
}

function pathTo({ metadata: { name, namespace = '' } }: KubeObject, { pathTemplate }: IngressConfig): string {
  return (pathTemplate ?? '')
    .replace(/\{\{\s*\.Namespace\s*\}\}/g, namespace)
    .replace(/\{\{\s*\.Name\s*\}\}/g, name)
    .replace(/\/$/, '');
}

function routeOf(model: KubeObject, settings: Required<IngressConfig>): KubeObject {
  const { name, namespace = '', uid } = model.metadata;
  const path = pathTo(model, settings);
  // As KServe writes it: the host with any port, and nothing else.
  const authority = { regex: `^${settings.ingressDomain.replaceAll('.', '\\.')}(?::\\d{1,5})?$` };
  return {
    apiVersion: 'networking.istio.io/v1beta1',
    kind: 'VirtualService',
    metadata: {
      name,
      namespace,
      ownerReferences: [
        { apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', name, uid, controller: true },
      ],
    },
    spec: {
      hosts: [`${name}.${namespace}.svc.cluster.local`, settings.ingressDomain],
      gateways: [settings.ingressGateway],
      http: [
        {
          match: [{ prefix: `${path}/` }, { exact: path }].map((uri) => ({
            ...{ uri, authority, gateways: [settings.ingressGateway] },
          })),
          rewrite: { uri: '/' },
          route: [{ destination: { host: localGateway, port: { number: 80 } }, weight: 100 }],
          headers: {
            request: { set: { Host: `${name}-predictor.${namespace}.svc.cluster.local` } },
          },
        },
      ],
    },
  };
}
