import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { defined } from '../../../core/defined';
import type { ArtifactStore } from '../../../core/artifact-store';
import { UserError } from '../../../core/errors';
import { endpointDomainOf } from '../../../core/partitions';
import type { Kubectl } from '../../kubernetes/kubectl';
import type { KubernetesObject } from '../../kubernetes/objects';
import { parseYaml } from '../../support/parse-yaml';

interface Variable {
  name: string;
  value?: string;
  valueFrom?: unknown;
}
interface PodTemplate {
  metadata?: { annotations?: Record<string, string> };
  spec: { containers: { image?: string; env?: Variable[] }[] };
}

/** The Secret with the keys of the store in the cluster. */
const storeSecret = 'mlpipeline-minio-artifact';

/** Its volume. */
const storeVolume = 'seaweedfs-pvc';

/** What the store in the cluster is made of, by its name (third-party/seaweedfs of Pipelines; MinIO in older releases). */
const ofTheStore = /(?:^|-)(?:seaweedfs|minio)(?:-|$)/;

/** Never the role of a node, which the SDKs would look for last. */
const noNodeRole: Variable = { name: 'AWS_EC2_METADATA_DISABLED', value: 'true' };

/**
 * Pipelines without the store in the cluster: runs read and write in S3 with the role of their namespace
 * (`builds/artifacts/artifacts-policy.ts`). Nothing central has a right there. The page of Pipelines asks nobody whose an
 * artifact is (kubeflow/pipelines 2.16.1, frontend/server/app.ts, `/artifacts`), and the API server reads what the
 * workflow of a run names, which its author writes (run_artifact_server.go); so the page sends a request on to its own
 * pod in the namespace (`ARTIFACTS_PROXY_ENABLED`), where the namespace's policies and its role hold. The API server
 * begins without the bucket (client_manager.go, `initBlobObjectStore`), and has pipelines in its database.
 *
 * @param hook the program that gives namespaces their part, of Python
 * @throws UserError `InvalidConfiguration` where the distribution is laid out otherwise, or something of it still names the store
 */
export function withArtifactStore(
  objects: readonly KubernetesObject[],
  store: ArtifactStore,
  hook: string,
): KubernetesObject[] {
  const page = templateOf(find(objects, 'Deployment', 'ml-pipeline-ui')).spec.containers[0]?.image ?? '';
  const changed = new Set<string>();
  const adjusted = objects
    .filter(({ metadata }) => !ofTheStore.test(metadata.name))
    .map((object) => {
      const { kind, metadata } = object;
      const adjust = adjustments({ store, hook, page })[`${kind} ${withoutHash(metadata.name)}`];
      if (adjust === undefined) return object;
      changed.add(`${kind} ${withoutHash(metadata.name)}`);
      const copy = structuredClone(object);
      adjust(copy);
      return copy;
    });
  const missing = Object.keys(adjustments({ store, hook, page })).find((name) => !changed.has(name));
  if (missing !== undefined) throw unknownLayout(`does not have ${missing}`);
  const bound = adjusted.find((object) => namesTheStore(object));
  if (bound !== undefined)
    throw unknownLayout(
      `has ${bound.kind} ${bound.metadata.name}, which needs the object store of the cluster`,
    );
  return adjusted;
}

/**
 * Refuses to install Pipelines without the store in the cluster where there is one with data: what runs have written would be
 * out of sight. The preflight refuses the change by the registration, which a first provisioning may not have come to.
 *
 * @throws UserError `ChangeRefused`
 */
export async function requireNoFormerStore(
  kubectl: Pick<Kubectl, 'get'>,
  store: ArtifactStore | undefined,
): Promise<void> {
  if (store === undefined) return;
  const metadata = { name: storeVolume, namespace: 'kubeflow' };
  const [found] = await kubectl.get([{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata }]);
  if (found === undefined) return;
  throw new UserError(
    'ChangeRefused',
    `the artifacts of Pipelines cannot be kept in s3://${store.bucket}: those of earlier runs are in the volume ` +
      `kubeflow/${storeVolume}. Nothing was applied. Leave \`artifacts\` out; or, if nobody needs them, delete the PersistentVolumeClaim and retry this step.`,
  );
}

/** What is changed, by kind and name. */
function adjustments(input: {
  store: ArtifactStore;
  hook: string;
  page: string;
}): Readonly<Record<string, (object: KubernetesObject) => void>> {
  const { store, hook, page } = input;
  const endpoint = `s3.${store.region}.${endpointDomainOf(store.region)}`;
  const region: Variable = { name: 'AWS_REGION', value: store.region };
  return {
    'ConfigMap pipeline-install-config': (object) => {
      Object.assign(dataOf(object), { bucketName: store.bucket, ARTIFACTS_PROXY_ENABLED: 'true' });
    },
    // For workflows of namespaces without an `artifact-repositories` of their own, which the hook gives all tenants.
    'ConfigMap workflow-controller-configmap': (object) => {
      const data = dataOf(object);
      const { s3: _, ...repository } = parseYaml(data['artifactRepository'] ?? '{}') as Record<
        string,
        unknown
      >;
      const day = ['Y', 'm', 'd'].map((part) => `{{workflow.creationTimestamp.${part}}}`).join('/');
      data['artifactRepository'] = stringify({
        ...repository,
        s3: {
          endpoint,
          region: store.region,
          bucket: store.bucket,
          useSDKCreds: true,
          keyFormat: `${store.prefix}/{{workflow.namespace}}/{{workflow.name}}/${day}/{{pod.name}}`,
        },
      });
    },
    // Empty keys mean the SDK's own (client_manager.go, `loadAWSConfig`); without the variables it has public ones.
    'Deployment ml-pipeline': (object) => {
      setVariables(
        object,
        [
          { name: 'OBJECTSTORECONFIG_ACCESSKEY', value: '' },
          { name: 'OBJECTSTORECONFIG_SECRETACCESSKEY', value: '' },
          { name: 'OBJECTSTORECONFIG_HOST', value: endpoint },
          { name: 'OBJECTSTORECONFIG_PORT', value: '' },
          { name: 'OBJECTSTORECONFIG_SECURE', value: 'true' },
          { name: 'OBJECTSTORECONFIG_REGION', value: store.region },
          noNodeRole,
        ],
        [],
      );
    },
    // Logs of pods that are gone are in the bucket, where this pod may not read.
    'Deployment ml-pipeline-ui': (object) => {
      setVariables(
        object,
        [
          { name: 'MINIO_ACCESS_KEY', value: '' },
          { name: 'MINIO_SECRET_KEY', value: '' },
          { name: 'ARGO_ARCHIVE_LOGS', value: 'false' },
          region,
          noNodeRole,
        ],
        [],
      );
    },
    'Deployment kubeflow-pipelines-profile-controller': (object) => {
      setVariables(
        object,
        [
          { name: 'ARTIFACT_BUCKET', value: store.bucket },
          { name: 'ARTIFACT_PREFIX', value: store.prefix },
          { name: 'UI_IMAGE', value: page },
          region,
        ],
        [
          ...['AWS_ENDPOINT_URL', 'S3_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
          ...['OBJECT_STORE_HOST', 'KFP_DEFAULT_PIPELINE_ROOT', 'ARTIFACT_RETENTION_DAYS'],
        ],
      );
      // The name of its ConfigMap is by the content that the distribution gave it.
      const template = templateOf(object);
      template.metadata = {
        ...template.metadata,
        annotations: {
          ...template.metadata?.annotations,
          'kubeflow-eks/hook': createHash('sha256').update(hook).digest('hex').slice(0, 16),
        },
      };
    },
    'ConfigMap kubeflow-pipelines-profile-controller-code': (object) => {
      object['data'] = { 'sync.py': hook };
    },
  };
}

/** kustomize puts a hash of the content behind the names of what it generates. */
const withoutHash = (name: string): string =>
  name.replace(/^(kubeflow-pipelines-profile-controller-code)-[a-z0-9]{10}$/, '$1');

function find(objects: readonly KubernetesObject[], kind: string, name: string): KubernetesObject {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw unknownLayout(`does not have ${kind} ${name}`);
  return found;
}

const dataOf = (object: KubernetesObject): Record<string, string> =>
  (object['data'] ??= {}) as Record<string, string>;

const templateOf = (object: KubernetesObject): PodTemplate =>
  (object as unknown as { spec: { template: PodTemplate } }).spec.template;

/** Gives the containers of a Deployment variables, in the place of those of the name, and takes others. */
function setVariables(object: KubernetesObject, given: readonly Variable[], taken: readonly string[]): void {
  const replaced = new Set([...given.map(({ name }) => name), ...taken]);
  for (const container of templateOf(object).spec.containers)
    container.env = [...(container.env ?? []).filter(({ name }) => !replaced.has(name)), ...given];
}

/** Whether an object still depends on the store in the cluster. Our own program says what it takes the place of. */
function namesTheStore(object: KubernetesObject): boolean {
  if (object.kind === 'CustomResourceDefinition') return false;
  const { data, ...rest } = object as KubernetesObject & { data?: Record<string, string> };
  const { warning: _, 'sync.py': __, ...settings } = data ?? {};
  const text = JSON.stringify({ ...rest, ...defined({ data: settings }) });
  return text.includes(storeSecret) || /seaweedfs[.:]|"seaweedfs"|minio-service/.test(text);
}

function unknownLayout(what: string): UserError {
  return new UserError(
    'InvalidConfiguration',
    `the source of Kubeflow ${what}, so that its artifacts cannot be kept in S3. Use a distribution that is laid out like ` +
      'the pinned one (kubeflow.source), or leave `artifacts` out.',
  );
}
