import type { KubernetesObject } from './objects';

/**
 * The name of an image in a mirror: below the mirror's registry, under the path that it has in its own. `mysql:8.4` is
 * short for `docker.io/library/mysql:8.4`, and both are `<registry>/docker.io/library/mysql:8.4`.
 */
export function mirroredName(image: string, registry: string): string {
  const [first = '', ...rest] = image.split('/');
  const named = rest.length > 0 && (first.includes('.') || first.includes(':'));
  const full = named ? image : rest.length > 0 ? `docker.io/${image}` : `docker.io/library/${image}`;
  return `${registry.replace(/\/$/, '')}/${full}`;
}

/**
 * Objects whose images come from a mirror: wherever one of the images is named, in containers, arguments, variables and
 * configuration; so do their names without a version and the folders that they are in, since programs put names together
 * from these. What comes from the mirror already stays as it is.
 *
 * @param images as `imagesOf` finds them
 */
export function withMirroredImages(
  objects: readonly KubernetesObject[],
  images: readonly string[],
  registry: string,
): KubernetesObject[] {
  const pattern = patternOf(images);
  if (pattern === undefined) return [...objects];
  // A definition has no images, and descriptions that could be taken for some.
  return objects.map((object) =>
    object.kind === 'CustomResourceDefinition'
      ? object
      : (mirrored(object, pattern, registry) as KubernetesObject),
  );
}

function mirrored(value: unknown, pattern: RegExp, registry: string): unknown {
  if (typeof value === 'string') return value.replace(pattern, (name) => mirroredName(name, registry));
  if (Array.isArray(value)) return value.map((item) => mirrored(item, pattern, registry));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, mirrored(inner, pattern, registry)]),
  );
}

/** What finds these images in a text, and the names that programs put together from. */
function patternOf(images: readonly string[]): RegExp | undefined {
  const qualified = images.filter((image) => /^[^/]*[.:][^/]*\//.test(image)).map(withoutVersion);
  const folders = qualified
    .map((name) => name.slice(0, name.lastIndexOf('/')))
    .filter((name) => name.includes('/'));
  // Longest first: one name can be the beginning of another.
  const names = [...new Set([...images, ...qualified, ...folders])].sort(
    (one, other) => other.length - one.length,
  );
  if (names.length === 0) return undefined;
  return new RegExp(`(?<![\\w./@:-])(?:${names.map(escape).join('|')})(?![\\w/@:-]|\\.\\w)`, 'g');
}

const withoutVersion = (image: string): string => image.replace(/@sha256:.*$/, '').replace(/:[\w.-]+$/, '');
const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
