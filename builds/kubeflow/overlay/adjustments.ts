import { parse, stringify } from 'yaml';
import { UserError } from '../../../core/errors';
import type { KubernetesObject } from '../../kubernetes/objects';

/** Changes one object of a component that comes from the distribution as it is. */
interface Adjustment {
  kind: string;
  namespace: string;
  name: string;
  apply: (object: KubernetesObject) => KubernetesObject;
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
    const mesh = parse(data['mesh'] ?? '') as { extensionProviders?: ExtensionProvider[] };
    const provider = mesh.extensionProviders?.find(({ name }) => name === 'oauth2-proxy')?.envoyExtAuthzHttp;
    if (provider === undefined) throw missing('the extension provider oauth2-proxy of the mesh');
    provider['headersToDownstreamOnAllow'] = ['set-cookie'];
    return { ...object, data: { ...data, mesh: stringify(mesh) } };
  },
};

const adjustments: Readonly<Record<string, readonly Adjustment[]>> = {
  istio: [refreshedSessionReachesBrowser],
};

/**
 * The objects of a component with what this project changes of the distribution's own. It is done on what was rendered,
 * so that it holds for a distribution that brings the component rendered as well.
 *
 * @throws UserError `InvalidConfiguration` where the distribution does not have what is to be changed
 */
export function withAdjustments(component: string, objects: readonly KubernetesObject[]): KubernetesObject[] {
  return (adjustments[component] ?? []).reduce<KubernetesObject[]>(
    (all, { kind, namespace, name, apply }) => {
      const index = all.findIndex(
        (object) =>
          object.kind === kind && object.metadata.name === name && object.metadata.namespace === namespace,
      );
      const found = all[index];
      if (found === undefined) throw missing(`${kind} ${namespace}/${name}`);
      return all.with(index, apply(structuredClone(found)));
    },
    [...objects],
  );
}

function missing(what: string): UserError {
  return new UserError(
    'InvalidConfiguration',
    `the source of Kubeflow does not have ${what}, which the login depends on. Use a distribution that is laid out ` +
      'like the pinned one (kubeflow.source).',
  );
}
