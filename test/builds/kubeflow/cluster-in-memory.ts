import {
  describeObject,
  type KubernetesObject,
  type ObjectReference,
} from '../../../builds/kubernetes/objects';

/** A cluster that holds objects, and what was applied to it. */
export function clusterInMemory(there: readonly KubernetesObject[] = []) {
  const applied: KubernetesObject[] = [];
  return {
    applied,
    get: async (objects: readonly ObjectReference[]) => {
      const wanted = new Set(objects.map(describeObject));
      return Promise.resolve([...there, ...applied].filter((object) => wanted.has(describeObject(object))));
    },
    apply: async (objects: readonly KubernetesObject[]) => {
      applied.push(...objects);
      return Promise.resolve();
    },
  };
}
