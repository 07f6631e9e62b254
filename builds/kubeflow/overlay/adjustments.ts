import { stringify } from 'yaml';
import { UserError } from '../../../core/errors';
import type { BuildConfiguration } from '../../../core/configuration';
import { describeObject, type KubernetesObject } from '../../kubernetes/objects';
import { parseYaml } from '../../support/parse-yaml';
import { modelsReachedFromWithin, webhooksReached } from './network-policies';
import { withProxy } from './proxy-environment';
import { linksThatLead } from './menu';
import { withNotebookSettings } from './notebook-settings';
import { withPageWithoutSecrets } from './pipelines-page';

/** Changes one object of a component that comes from the distribution as it is. */
interface Adjustment {
  kind: string;
  namespace: string;
  name: string;
  /** A distribution that does not have it is left as it is. */
  optional?: true;
  apply: (object: KubernetesObject, input: AdjustmentInput) => KubernetesObject;
}

/** What adjustments depend on. */
export interface AdjustmentInput {
  configuration: BuildConfiguration;
  /** Ranges of the VPC, which no proxy is asked for. */
  vpcCidr: string;
}

interface ExtensionProvider {
  name: string;
  envoyExtAuthzHttp?: Record<string, unknown>;
}

/**
 * A refresh of the session is answered with a new cookie, and Istio gives the browser of an allowed request none of the
 * authorizer's headers unless it is told to. Without it the browser keeps the old cookie, and every request from then on
 * is a refresh, with a call of Cognito and of the profile manager (oauth2-proxy #1833, istio #36950).
 */
const refreshedSessionReachesBrowser: Adjustment = {
  kind: 'ConfigMap',
  namespace: 'istio-system',
  name: 'istio',
  apply: (object) => {
    const data = object['data'] as Record<string, string>;
    const mesh = parseYaml(data['mesh'] ?? '') as { extensionProviders?: ExtensionProvider[] };
    const provider = mesh.extensionProviders?.find(({ name }) => name === 'oauth2-proxy')?.envoyExtAuthzHttp;
    if (provider === undefined) throw missing('the extension provider oauth2-proxy of the mesh');
    provider['headersToDownstreamOnAllow'] = ['set-cookie'];
    return { ...object, data: { ...data, mesh: stringify(mesh) } };
  },
};

/**
 * istiod fetches the keys of the pool and of the cluster, which every token is checked with, and asks a proxy for them as
 * Go's programs do (`pilot/pkg/model/jwks_resolver.go`).
 */
const keysThroughProxy: Adjustment = {
  kind: 'Deployment',
  namespace: 'istio-system',
  name: 'istiod',
  apply: (object, { configuration, vpcCidr }) =>
    withProxy(object, configuration.kubeflow.https_proxy, vpcCidr),
};

/**
 * KServe shows and routes models under the domain of Kubeflow, where the load balancer takes requests, and not under
 * example.com (KServe 0.18, `ingress_reconciler.go`): `https://<kubeflow_domain>/serving/<namespace>/<name>`.
 */
const modelsUnderOurDomain: Adjustment = {
  kind: 'ConfigMap',
  namespace: 'kubeflow',
  name: 'inferenceservice-config',
  apply: (object, { configuration }) => {
    const data = object['data'] as Record<string, string>;
    const ingress = JSON.parse(data['ingress'] ?? '{}') as Record<string, unknown>;
    const ours = { ingressDomain: configuration.kubeflow_domain, urlScheme: 'https' };
    return { ...object, data: { ...data, ingress: JSON.stringify({ ...ingress, ...ours }, undefined, 2) } };
  },
};

/** The distribution's menu has entries of every component, whether or not it is installed. */
const menuThatLeads: Adjustment = {
  kind: 'ConfigMap',
  namespace: 'kubeflow',
  name: 'dashboard-config',
  // A dashboard without it has no menu to mend.
  optional: true,
  apply: (object, { configuration }) => {
    const data = object['data'] as Record<string, string>;
    const links = linksThatLead(data['links'] ?? '{}', configuration.kubeflow.components);
    return { ...object, data: { ...data, links } };
  },
};

const adjustments: Readonly<Record<string, readonly Adjustment[]>> = {
  istio: [refreshedSessionReachesBrowser, keysThroughProxy],
  kserve: [modelsUnderOurDomain],
  dashboard: [menuThatLeads],
};

/**
 * The objects of a component with what this project changes of the distribution's own. It is done on what was rendered,
 * so that it holds for a distribution that brings the component rendered as well.
 *
 * @throws UserError `InvalidConfiguration` where the distribution does not have what is to be changed
 */
export function withAdjustments(
  component: string,
  objects: readonly KubernetesObject[],
  input: AdjustmentInput,
): KubernetesObject[] {
  const settled = settledOf(component, objects, input);
  const adjusted = (adjustments[component] ?? []).reduce<KubernetesObject[]>(
    (all, { kind, namespace, name, optional, apply }) => {
      const index = all.findIndex(
        (object) =>
          object.kind === kind && object.metadata.name === name && object.metadata.namespace === namespace,
      );
      const found = all[index];
      if (found === undefined && optional === true) return all;
      if (found === undefined) throw missing(`${kind} ${namespace}/${name}`);
      return all.with(index, apply(structuredClone(found), input));
    },
    [...settled],
  );
  // A packed distribution has them already.
  const added = additions(component, adjusted);
  const names = new Set(added.map(describeObject));
  return [...adjusted.filter((object) => !names.has(describeObject(object))), ...added];
}

/** What takes more than one object. */
function settledOf(
  component: string,
  objects: readonly KubernetesObject[],
  { configuration }: AdjustmentInput,
): readonly KubernetesObject[] {
  if (component === 'notebooks') return withNotebookSettings(objects, configuration.kubeflow.notebooks);
  return component === 'pipelines' ? withPageWithoutSecrets(objects) : objects;
}

/** Network policies that the distribution lacks: its tests run where nothing enforces them, and the nodes' CNI does. */
function additions(component: string, objects: readonly KubernetesObject[]): KubernetesObject[] {
  if (component === 'cluster-local-gateway') return [modelsReachedFromWithin()];
  return component === 'kserve' ? webhooksReached(objects) : [];
}

function missing(what: string): UserError {
  return new UserError(
    'InvalidConfiguration',
    `the source of Kubeflow does not have ${what}, which the login depends on. Use a distribution that is laid out ` +
      'like the pinned one (kubeflow.source).',
  );
}
