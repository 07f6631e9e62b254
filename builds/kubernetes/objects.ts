import { createHash } from 'node:crypto';
import { parseAllDocuments, stringify } from 'yaml';

/** An object of the Kubernetes API, as written in a manifest. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    generation?: number;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  [field: string]: unknown;
}

/** Where an object is, enough to find or delete it. */
export interface ObjectReference {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

/**
 * The objects of a stream of YAML documents.
 *
 * @throws Error for a document that is neither empty nor an object, nor a list of them
 */
export function parseManifests(yaml: string): KubernetesObject[] {
  return parseAllDocuments(yaml).flatMap((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    const object = document.toJS({ maxAliasCount: -1 }) as { kind?: unknown; items?: unknown } | null;
    if (object === null) return [];
    // A list needs no name of its own.
    const objects = object.kind === 'List' && Array.isArray(object.items) ? object.items : [object];
    return objects.map(requireObject);
  });
}

function requireObject(value: unknown): KubernetesObject {
  const { kind, metadata } = (value ?? {}) as { kind?: unknown; metadata?: { name?: unknown } | null };
  if (typeof kind === 'string' && typeof metadata?.name === 'string') return value as KubernetesObject;
  throw new Error(
    `a document among the manifests is no Kubernetes object: ${JSON.stringify(value).slice(0, 80)}`,
  );
}

/** The objects as a stream of YAML documents. */
export function formatManifests(objects: readonly object[]): string {
  return objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join('---\n');
}

/** SHA-256 over objects, whatever the order of their keys. */
export function hashObjects(objects: readonly KubernetesObject[]): string {
  return createHash('sha256').update(JSON.stringify(objects, sortKeys)).digest('hex');
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The reference of an object. */
export function referenceTo({ apiVersion, kind, metadata }: ObjectReference): ObjectReference {
  const { name, namespace } = metadata;
  return { apiVersion, kind, metadata: namespace === undefined ? { name } : { name, namespace } };
}

/** For messages and comparison: `Deployment kubeflow/dashboard`. Versions of one API are one object. */
export function describeObject({ apiVersion, kind, metadata }: ObjectReference): string {
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0] ?? ''}` : '';
  const where = metadata.namespace === undefined ? '' : `${metadata.namespace}/`;
  return `${kind}${group} ${where}${metadata.name}`;
}
