import { createHash } from 'node:crypto';
import { parseAllDocuments, stringify } from 'yaml';
import { z } from 'zod';
import { messageOf, UserError } from '../../core/errors';

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
 * How often a document may name a part of itself again, nested ones multiplied: a few lines could else become gigabytes as soon
 * as they are written out. It is what the parser takes when nothing is said, and kustomize's own parser bounds it too
 * (go-yaml, "document contains excessive aliasing").
 */
const mostAliases = 100;

const texts = z.record(z.string(), z.string()).nullish();

/** What every object has (ObjectMeta and TypeMeta of k8s.io/apimachinery): all that is taken for granted of one. */
const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().nullish(),
    labels: texts,
    annotations: texts,
  }),
});

/**
 * The objects of a stream of YAML documents.
 *
 * @throws UserError `InvalidConfiguration` for a document that is neither empty nor an object, nor a list of them
 */
export function parseManifests(yaml: string): KubernetesObject[] {
  return contentsOf(yaml).flatMap((content) => {
    const object = content as { kind?: unknown; items?: unknown } | null;
    if (object === null) return [];
    // A list needs no name of its own.
    const objects = object.kind === 'List' && Array.isArray(object.items) ? object.items : [object];
    return objects.map(requireObject);
  });
}

function contentsOf(yaml: string): unknown[] {
  try {
    return parseAllDocuments(yaml, { logLevel: 'error' }).map((document): unknown => {
      if (document.errors[0] !== undefined) throw document.errors[0];
      return document.toJS({ maxAliasCount: mostAliases }) as unknown;
    });
  } catch (error) {
    // The parser's message goes on with the lines that it is about.
    throw unusable(`it is not YAML that can be read (${messageOf(error).split('\n')[0] ?? ''})`);
  }
}

function requireObject(value: unknown): KubernetesObject {
  if (objectSchema.safeParse(value).success) return value as KubernetesObject;
  throw unusable(`it is no Kubernetes object: ${JSON.stringify(value).slice(0, 80)}`);
}

function unusable(what: string): UserError {
  return new UserError(
    'InvalidConfiguration',
    `of a document among the manifests that are to be installed: ${what}. Use a distribution that is laid out like the ` +
      'pinned one (kubeflow.source).',
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
