import type { KubernetesObject } from './objects';

/** A reference that names its registry and its version: `quay.io/argoproj/argoexec:v3.7.3`, or by digest. */
const qualified =
  /(?<![\w./@:-])((?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?\/[a-z0-9._/-]+(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?)/g;

/** Images of Docker Hub need not name their registry: known by the field that they are in, in an object or in its text. */
const plain = String.raw`[a-z0-9][a-z0-9._/-]*(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?`;
const alone = new RegExp(`^${plain}$`);
const inText = new RegExp(`"?image"?\\s*:\\s*"?(${plain})(?=["\\s,]|$)`, 'gi');

/**
 * The container images of objects, each once, in the order of their names: those of containers, and those that programs
 * start themselves and have in their arguments, variables and configuration.
 */
export function imagesOf(objects: readonly KubernetesObject[]): string[] {
  const found = new Set<string>();
  // A definition describes fields, and names images as examples.
  for (const object of objects) if (object.kind !== 'CustomResourceDefinition') collect(object, '', found);
  return [...found].sort();
}

function collect(value: unknown, field: string, found: Set<string>): void {
  if (typeof value === 'string') {
    if (
      /image$/i.test(field) &&
      alone.test(value) &&
      (field === 'image' || isVersioned(value) || hasRegistry(value))
    )
      found.add(value);
    for (const pattern of [qualified, inText])
      for (const [, image = ''] of value.matchAll(pattern)) if (isVersioned(image)) found.add(image);
  } else if (Array.isArray(value)) {
    for (const item of value) collect(item, field, found);
  } else if (typeof value === 'object' && value !== null) {
    const { name: variable } = value as { name?: unknown };
    for (const [name, inner] of Object.entries(value))
      collect(inner, name === 'value' && typeof variable === 'string' ? variable : name, found);
  }
}

const hasRegistry = (image: string): boolean => /^[^/]+\.[^/]+\/./.test(image);

/** Whether a reference says which version: a name alone means whatever is called latest at that moment. */
export function isVersioned(image: string): boolean {
  return /@sha256:[0-9a-f]{64}$/.test(image) || (/:[\w.-]+$/.test(image) && !image.endsWith(':latest'));
}
