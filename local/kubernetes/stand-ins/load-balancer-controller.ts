import { defined } from '../../../core/defined';
import { messageOf } from '../../../core/errors';
import type { KubeClient, KubeObject } from '../kube-client';
import { startController, type Place } from './controller';
import type { StandIn, StandInOptions } from './stand-in';

/** An Ingress as far as this controller reads it. */
export interface Ingress extends KubeObject {
  spec?: { ingressClassName?: string; rules?: IngressRule[]; [field: string]: unknown };
  status?: { loadBalancer?: { ingress?: { hostname?: string }[] } };
}

interface IngressRule {
  host?: string;
  http?: {
    paths?: {
      path?: string;
      pathType?: string;
      backend?: { service?: { name: string; port?: { number?: number; name?: string } } };
    }[];
  };
}

/** A Service behind an Ingress. */
export interface IngressBackend {
  name: string;
  uid: string;
  /** As the Ingress says it: a number or a name. */
  port: string;
  /** Of the pods; 1 where they name it, which is then in nobody's way. */
  targetPort: number;
  /** Which requests it gets; all where there is none. */
  host?: string;
  path?: string;
}

/** What an installation gives the controller to work with. */
export interface ControllerSettings {
  clusterName: string;
  vpcId: string;
  /** Of everything that it makes. */
  defaultTags: Readonly<Record<string, string>>;
  /** Whether it looks after web ACLs: `--enable-wafv2`. */
  managesWebAcls: boolean;
}

/** What AWS refused when the controller went to make what it had made up its mind about. */
export class DeployError extends Error {
  override name = 'DeployError';
}

export interface LoadBalancerOptions extends StandInOptions {
  /** Asked before each piece of work. Rejects while the controller does not run. */
  settings: () => Promise<ControllerSettings>;
  /** Makes the load balancer, or finds the one made before, and returns its DNS name. Tried again when it rejects. */
  provision: (
    ingress: Ingress,
    settings: ControllerSettings,
    backends: readonly IngressBackend[],
  ) => Promise<string>;
  /** Removes it; must not mind that it is gone. Tried again when it rejects. */
  deprovision: (ingress: Ingress, settings: ControllerSettings) => Promise<void>;
}

const namespace = 'kube-system';
const release = 'aws-load-balancer-controller';
/** The service account that the chart makes, with no right but those that the chart gives it. */
const standInIdentity = {
  user: `system:serviceaccount:${namespace}:${release}`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
};
const ingressClass = 'alb';
/** Of an Ingress without a group, in the AWS Load Balancer Controller. */
export const finalizer = 'ingress.k8s.aws/resources';

interface Deployment extends KubeObject {
  spec: { template: { spec: { containers: { args?: string[] }[] } } };
  status?: { readyReplicas?: number };
}

/**
 * Reads what the installed chart's Deployment tells the controller.
 *
 * @throws Error while it is not installed, or none of its pods is ready
 */
export async function settingsOfDeployment(client: KubeClient): Promise<ControllerSettings> {
  const found = await client.find<Deployment>(`/apis/apps/v1/namespaces/${namespace}/deployments/${release}`);
  if (found === undefined) throw new Error('the controller is not installed');
  if ((found.status?.readyReplicas ?? 0) === 0) throw new Error('no pod of the controller is ready');
  const args = found.spec.template.spec.containers[0]?.args ?? [];
  const flag = (name: string): string =>
    args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? '';
  return {
    clusterName: flag('cluster-name'),
    vpcId: flag('aws-vpc-id'),
    managesWebAcls: flag('enable-wafv2') !== 'false',
    defaultTags: Object.fromEntries(
      flag('default-tags')
        .split(',')
        .filter((pair) => pair.trim() !== '')
        .map((pair) => {
          const at = pair.indexOf('=');
          return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
        }),
    ),
  };
}

/**
 * Stands in for the AWS Load Balancer Controller. What a load balancer is, the region says (`provision`); this takes
 * care of what Kubernetes sees of it: the finalizer, which holds a deleted Ingress until its load balancer is gone,
 * and the host name in the status. It may do what the installed chart lets its service account do: nothing before that.
 */
export function startLoadBalancerController(options: LoadBalancerOptions): StandIn {
  const { settings, provision, deprovision } = options;
  return startController({
    ...options,
    name: 'load-balancer-controller',
    identity: standInIdentity,
    collections: ['/apis/networking.k8s.io/v1/ingresses'],
    describe: (_collection, ingress) => nameOf(ingress),
    reconcile,
  });

  async function reconcile(ingress: Ingress, { path, client, say }: Place): Promise<void> {
    const patch = async (at: string, body: object): Promise<void> => {
      await client.json({ path: at, method: 'PATCH', contentType: 'application/merge-patch+json', body });
    };
    const setFinalizers = (wanted: string[]): Promise<void> =>
      patch(path, { metadata: { finalizers: wanted, resourceVersion: ingress.metadata.resourceVersion } });
    const finalizers = ingress.metadata.finalizers ?? [];
    const held = finalizers.includes(finalizer);
    if (ingress.metadata.deletionTimestamp !== undefined || !isOurs(ingress)) {
      if (!held) return;
      await deprovision(ingress, await settings());
      await setFinalizers(finalizers.filter((one) => one !== finalizer));
      say(`${nameOf(ingress)}: its load balancer is gone`);
      return;
    }
    // The finalizer comes first, or a load balancer could be left behind. Its being there is an event.
    if (!held) return setFinalizers([...finalizers, finalizer]);
    const given = await settings();
    const backends = await backendsOf(ingress, client);
    const hostname = await provision(ingress, given, backends).catch(async (error: unknown) => {
      await emitEvent(client, ingress, error);
      throw error;
    });
    if (ingress.status?.loadBalancer?.ingress?.[0]?.hostname === hostname) return;
    await patch(`${path}/status`, { status: { loadBalancer: { ingress: [{ hostname }] } } });
    say(`${nameOf(ingress)}: its load balancer is ${hostname}`);
  }
}

interface Service extends KubeObject {
  spec?: { ports?: { name?: string; port: number; targetPort?: number | string }[] };
}

/**
 * The Services that an Ingress names and that are there. One that is not, is answered for by the load balancer (controller v3.5,
 * `pkg/ingress/enhanced_backend_builder.go`, `--tolerate-non-existent-backend-service`).
 */
async function backendsOf({ metadata, spec }: Ingress, client: KubeClient): Promise<IngressBackend[]> {
  const found: IngressBackend[] = [];
  for (const { host, http } of spec?.rules ?? [])
    for (const { path, pathType, backend } of http?.paths ?? []) {
      const { name = '', port: wanted } = backend?.service ?? {};
      const service = await client.find<Service>(
        `/api/v1/namespaces/${metadata.namespace ?? ''}/services/${name}`,
      );
      const port = service?.spec?.ports?.find((one) =>
        wanted?.name === undefined ? one.port === wanted?.number : one.name === wanted.name,
      );
      if (service === undefined || port === undefined) continue;
      const { targetPort = port.port } = port;
      found.push({
        ...{ name, uid: service.metadata.uid ?? '', port: wanted?.name ?? String(port.port) },
        targetPort: typeof targetPort === 'number' ? targetPort : 1,
        ...defined({ host, path: path === undefined || pathType !== 'Prefix' ? path : patternOf(path) }),
      });
    }
  return found;
}

/** A prefix as the pattern of a rule (controller v3.5, `pkg/ingress/model_build_listener_rules.go`). */
const patternOf = (path: string): string => `${path.replace(/\/$/, '')}/*`;

/** What `kubectl describe ingress` shows where there can be no load balancer. */
async function emitEvent(
  client: KubeClient,
  { metadata, ...ingress }: Ingress,
  error: unknown,
): Promise<void> {
  const { namespace = '', name, uid } = metadata;
  await client.json({
    path: `/api/v1/namespaces/${namespace}/events`,
    method: 'POST',
    body: {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { generateName: `${name}.`, namespace },
      involvedObject: { apiVersion: ingress.apiVersion, kind: ingress.kind, namespace, name, uid },
      ...(error instanceof DeployError
        ? { reason: 'FailedDeployModel', message: `Failed deploy model due to ${messageOf(error)}` }
        : { reason: 'FailedBuildModel', message: `Failed build model due to ${messageOf(error)}` }),
      type: 'Warning',
      source: { component: 'ingress' },
    },
  });
}

function nameOf({ metadata: { namespace = '', name } }: Ingress): string {
  return `ingress ${namespace}/${name}`;
}

function isOurs({ metadata, spec }: Ingress): boolean {
  return (spec?.ingressClassName ?? metadata.annotations?.['kubernetes.io/ingress.class']) === ingressClass;
}
