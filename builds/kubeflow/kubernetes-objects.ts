import { parseAllDocuments } from 'yaml';

/** A Kubernetes object, as much as the installer reads. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  [field: string]: unknown;
}

/**
 * The objects of a YAML stream; empty documents do not count.
 *
 * @throws Error for YAML that does not parse
 */
export function parseObjects(yaml: string): KubernetesObject[] {
  return parseAllDocuments(yaml).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const object = document.toJS() as KubernetesObject | null;
    return object === null ? [] : [object];
  });
}

const definitions = new Set(['Namespace', 'CustomResourceDefinition']);

/** What must be there before the rest can be applied, and the rest. */
export function splitDefinitions(objects: readonly KubernetesObject[]): {
  definitions: KubernetesObject[];
  rest: KubernetesObject[];
} {
  return {
    definitions: objects.filter(({ kind }) => definitions.has(kind)),
    rest: objects.filter(({ kind }) => !definitions.has(kind)),
  };
}

/** Something that must be true of an applied object before the next component can be installed. */
export interface ReadinessCheck {
  /** For kubectl: `deployment/dashboard`. */
  resource: string;
  namespace?: string;
  wait: 'rollout' | 'established';
}

/** The checks that follow from the objects themselves: workloads rolled out, definitions established. */
export function readinessOf(objects: readonly KubernetesObject[]): ReadinessCheck[] {
  return objects.flatMap((object): ReadinessCheck[] => {
    const { kind, metadata } = object;
    if (kind === 'CustomResourceDefinition')
      return [{ resource: `crd/${metadata.name}`, wait: 'established' }];
    if (!['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind)) return [];
    return [
      {
        resource: `${kind.toLowerCase()}/${metadata.name}`,
        ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
        wait: 'rollout',
      },
    ];
  });
}
