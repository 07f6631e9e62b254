import type { AuditEvent } from '../../local/kubernetes/audit';
import type { ControlPlane } from '../../local/kubernetes/control-plane';

/** What the builds changed in a cluster while something ran. */
export async function writesDuring(
  cluster: ControlPlane,
  work: () => Promise<unknown>,
): Promise<AuditEvent[]> {
  const mark = await cluster.audit.mark();
  await work();
  return (await cluster.audit.since(mark)).filter(isOurWrite);
}

/** Whether a build or a function of ours changed something. */
export function isOurWrite({ verb, user, resource }: AuditEvent): boolean {
  return (
    ['create', 'update', 'patch', 'delete'].includes(verb) &&
    /build|kubeflow-eks/.test(user) &&
    !/review/.test(resource)
  );
}

/** The components whose record was among the writes. */
export function recordedAmong(writes: readonly AuditEvent[]): string[] {
  const prefix = 'kubeflow-eks-install-';
  const names = writes.flatMap((event) =>
    event.name.startsWith(prefix) ? [event.name.slice(prefix.length)] : [],
  );
  return [...new Set(names)];
}

/** Every object that the records name, without what differs from one creation to the next. */
export async function installedObjects({ kubectl }: ControlPlane): Promise<Map<string, unknown>> {
  interface Listed {
    items: {
      kind: string;
      metadata: { name: string; namespace?: string };
      data?: { objects: string };
      spec?: { clusterIP?: string };
    }[];
  }
  const selector = ['--namespace', 'kube-system', '--selector', 'kubeflow-eks/component'];
  const records = JSON.parse(
    (await kubectl(['get', 'configmap', ...selector, '--output', 'json'])).stdout,
  ) as Listed;
  const references = records.items.flatMap(({ data }) => data?.objects.split('\n') ?? []);
  const objects = JSON.parse(
    (await kubectl(['get', '--filename', '-', '--output', 'json'], { input: references.join('\n---\n') }))
      .stdout,
  ) as Listed;
  const passing = ['uid', 'resourceVersion', 'creationTimestamp', 'generation', 'managedFields'];
  return new Map(
    objects.items.map(({ kind, metadata, spec, ...rest }) => [
      `${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
      {
        ...rest,
        // A Service that is made again may get another address.
        spec: spec?.clusterIP === undefined ? spec : { ...spec, clusterIP: undefined, clusterIPs: undefined },
        status: undefined,
        metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => !passing.includes(key))),
      },
    ]),
  );
}

/** An object of a cluster as it is now. */
export async function appliedObject<T>({ kubectl }: ControlPlane, ...args: string[]): Promise<T> {
  return JSON.parse((await kubectl(['get', ...args, '--output', 'json'])).stdout) as T;
}
