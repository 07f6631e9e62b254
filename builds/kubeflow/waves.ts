import type { KubernetesObject } from '../kubernetes/objects';

/** A component's objects in the order in which they can be applied. */
export interface Waves {
  /** Namespaces and definitions: everything else needs them. */
  foundations: KubernetesObject[];
  /** All the rest, webhook configurations last: before its program runs, a webhook refuses what it is asked about. */
  workloads: KubernetesObject[];
  /**
   * Objects of the component's own definitions, once its workloads are ready: its webhooks check them. (Upstream
   * applies KServe and Knative twice for this, the first time to fail.)
   */
  own: KubernetesObject[];
}

const webhooks = new Set(['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']);

/** Divides the objects of a component into waves. Within a wave the order stays. */
export function waves(objects: readonly KubernetesObject[]): Waves {
  const defined = new Set(objects.filter(({ kind }) => kind === 'CustomResourceDefinition').map(definedKind));
  const foundations = objects.filter(
    ({ kind }) => kind === 'Namespace' || kind === 'CustomResourceDefinition',
  );
  const own = objects.filter(({ apiVersion, kind }) => defined.has(`${groupOf(apiVersion)} ${kind}`));
  const rest = objects.filter((object) => !foundations.includes(object) && !own.includes(object));
  return {
    foundations,
    workloads: [
      ...rest.filter(({ kind }) => !webhooks.has(kind)),
      ...rest.filter(({ kind }) => webhooks.has(kind)),
    ],
    own,
  };
}

function definedKind(definition: KubernetesObject): string {
  const spec = definition['spec'] as { group: string; names: { kind: string } };
  return `${spec.group} ${spec.names.kind}`;
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}
