import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KubernetesObject } from '../../builds/kubernetes/objects';

/** What a kubelet gives a container, with what is mounted below a folder of this machine. */
export interface PreparedContainer {
  /** Of the manifest, with its variables in place. */
  command: string[];
  args: string[];
  environment: Record<string, string>;
}

interface Reference {
  name: string;
  key: string;
}
interface Variable {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef?: Reference; configMapKeyRef?: Reference };
}
interface Container {
  name: string;
  command?: string[];
  args?: string[];
  env?: Variable[];
  volumeMounts?: { name: string; mountPath: string }[];
}
interface Volume {
  name: string;
  configMap?: { name: string };
  secret?: { secretName: string };
}
interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  volumes?: Volume[];
}

export interface PrepareOptions {
  /** Of the deployment. */
  container: string;
  /** The deployment's Secrets and ConfigMaps. */
  objects: readonly KubernetesObject[];
  /** In which the container's files are put. */
  folder: string;
}

/**
 * Reads of a Deployment how one of its containers is started, writes the files of its volumes, and names these where they are here.
 *
 * @throws Error for whatever a kubelet would not start it with either: an object, or a key of it, that is not there
 */
export async function prepareContainer(
  deployment: KubernetesObject,
  { container: name, objects, folder }: PrepareOptions,
): Promise<PreparedContainer> {
  const { spec } = (deployment['spec'] as { template: { spec: PodSpec } }).template;
  const container = [...(spec.initContainers ?? []), ...spec.containers].find((each) => each.name === name);
  if (container === undefined) throw new Error(`there is no container ${name}`);
  const mounts = container.volumeMounts ?? [];
  for (const mount of mounts) {
    const volume = spec.volumes?.find((each) => each.name === mount.name);
    const files =
      volume?.secret === undefined
        ? dataOf(objects, 'ConfigMap', volume?.configMap?.name)
        : dataOf(objects, 'Secret', volume.secret.secretName);
    await mkdir(join(folder, mount.mountPath), { recursive: true });
    for (const [file, text] of Object.entries(files))
      await writeFile(join(folder, mount.mountPath, file), text, { mode: 0o600 });
  }
  const here = (text: string): string =>
    mounts.reduce((known, { mountPath }) => known.replaceAll(mountPath, join(folder, mountPath)), text);

  const environment: Record<string, string> = {};
  for (const { name: variable, value, valueFrom } of container.env ?? []) {
    // The value of a reference is taken as it is (Kubernetes, "Define dependent environment variables").
    environment[variable] =
      valueFrom === undefined ? here(expanded(value ?? '', environment)) : referenced(objects, valueFrom);
  }
  const started = (words: readonly string[] = []): string[] =>
    words.map((word) => here(expanded(word, environment)));
  return { command: started(container.command), args: started(container.args), environment };
}

const expanded = (text: string, environment: Readonly<Record<string, string>>): string =>
  text.replace(/\$\((\w+)\)/g, (whole, name: string) => environment[name] ?? whole);

function referenced(
  objects: readonly KubernetesObject[],
  { secretKeyRef, configMapKeyRef }: NonNullable<Variable['valueFrom']>,
): string {
  const reference = secretKeyRef ?? configMapKeyRef;
  const data = dataOf(objects, secretKeyRef === undefined ? 'ConfigMap' : 'Secret', reference?.name);
  const value = data[reference?.key ?? ''];
  if (value === undefined)
    throw new Error(`${reference?.name ?? 'nothing'} has no key ${reference?.key ?? ''}`);
  return value;
}

/** Secrets are read as they are applied, by their `stringData`. */
function dataOf(
  objects: readonly KubernetesObject[],
  kind: 'Secret' | 'ConfigMap',
  name: string | undefined,
): Record<string, string> {
  const object = objects.find((each) => each.kind === kind && each.metadata.name === name);
  if (object === undefined) throw new Error(`there is no ${kind} ${name ?? ''}`);
  return (kind === 'Secret' ? object['stringData'] : object['data']) as Record<string, string>;
}
