import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { YAMLParseError } from 'yaml';
import { artifactStoreOf } from '../../core/artifact-store';
import type { BuildConfiguration } from '../../core/configuration';
import { UserError } from '../../core/errors';
import { withMirroredImages } from '../kubernetes/image-mirror';
import { imagesOf } from '../kubernetes/images';
import type { BuildCluster } from '../../core/handover/cluster';
import type { Network } from '../../core/handover/found';
import type { BuildIdentity } from '../../core/handover/identity';
import { selectedComponents, type Component } from './components';
import { parseManifests, type KubernetesObject } from '../kubernetes/objects';
import { withAdjustments } from './overlay/adjustments';
import { withArtifactStore } from './overlay/artifact-store';
import { withExternalDatabase, type ExternalDatabase } from './overlay/external-database';
import { withGeneratedSecrets } from './overlay/generated-secrets';
import { ingress, loadBalancerPolicy } from './overlay/ingress';
import { registryObjects, registryParts } from './overlay/namespace-registry';
import { dashboardOverlay, dashboardPart, loginOverlay, loginParts, type Files } from './overlay/login-proxy';
import type { Login } from './overlay/proxy-configuration';
import { proxyEnvironment } from './overlay/proxy-environment';
import { withoutStrayNamespaces } from '../kubernetes/scopes';

/** The policy, and its binding, that keeps users from making Profiles (rbac/profiles.yaml). */
const selfServicePolicy = 'kubeflow-eks-no-self-service';

/** All that the manifests depend on. */
export interface RenderInput {
  configuration: BuildConfiguration;
  found: Network;
  identity: BuildIdentity;
  cluster: Pick<BuildCluster, 'oidcIssuer'>;
  /** Version of the secret in Secrets Manager. */
  secretVersion?: string | undefined;
  /** The database of RDS, if there is one. */
  database?: ExternalDatabase | undefined;
  /** Annotations of the ingress that is in the cluster; none where there is none. */
  ingressBefore?: Readonly<Record<string, string>> | undefined;
}

export interface RenderTools {
  /** Root of the distribution. */
  distribution: string;
  /** Folder with our RBAC; `hooks`, with our programs for the cluster, stands beside it. */
  rbac: string;
  kustomize: (folder: string) => Promise<string>;
}

/** What the login depends on, gathered. */
export function loginOf({ configuration, identity }: Pick<RenderInput, 'configuration' | 'identity'>): Login {
  return {
    region: configuration.region,
    userPoolId: identity.userPoolId,
    clientId: identity.clientId,
    cognitoDomain: identity.cognitoDomain,
    providerName: identity.providerName,
    kubeflowDomain: configuration.kubeflow_domain,
    emailDomains: identity.emailDomains ?? [],
  };
}

/** Where a distribution may have a component rendered. */
export const renderedPath = (id: string): string => `rendered/${id}.yaml`;

/** The kustomizations of a distribution that these components are built from. */
export function kustomizationsOf(built: readonly Component[], distribution: string): string[] {
  return built
    .filter(({ id }) => !existsSync(join(distribution, renderedPath(id))))
    .flatMap(({ source }) => {
      if ('kustomize' in source) return [source.kustomize];
      if (source.ours === 'login') return Object.values(loginParts);
      if (source.ours === 'model-registry') return Object.values(registryParts);
      return source.ours === 'dashboard' ? [dashboardPart] : [];
    });
}

/** As many programs at once as a small build machine has processors. */
const parallel = 2;

/**
 * The objects of all selected components, in the order of the installation. All are rendered before any is applied, so
 * that a mistake in one is found before anything has changed.
 */
export async function renderComponents(
  input: RenderInput,
  tools: RenderTools,
): Promise<(Component & { objects: KubernetesObject[] })[]> {
  const selected = selectedComponents(input.configuration.kubeflow.components);
  const rendered = new Map<string, KubernetesObject[]>();
  const queue = selected.values();
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      for (const component of queue) {
        rendered.set(component.id, await renderComponent(component, input, tools));
      }
    }),
  );
  return withoutStrayNamespaces(
    selected.map((component) => ({ ...component, objects: rendered.get(component.id) ?? [] })),
  );
}

/**
 * The objects of a component.
 *
 * A distribution may bring a component rendered (`rendered/<id>.yaml`): some kustomizations of it fetch parts from
 * GitHub, which a network without egress cannot.
 */
export async function renderComponent(
  component: Component,
  input: RenderInput,
  tools: RenderTools,
): Promise<KubernetesObject[]> {
  const objects = await named(component.id, () => build(component, input, tools));
  const { image_registry: registry } = input.configuration;
  return registry === undefined ? objects : withMirroredImages(objects, imagesOf(objects), registry);
}

/** Whatever is changed of an object takes its fields for granted. A distribution of another layout has others. */
async function named<T>(id: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SyntaxError || error instanceof YAMLParseError))
      throw error;
    throw new UserError(
      'InvalidConfiguration',
      `the component ${id} of the source of Kubeflow is not laid out as this release changes it ` +
        `(${error.message.split('\n')[0] ?? ''}). Use a distribution that is laid out like the pinned one (kubeflow.source).`,
      { cause: error },
    );
  }
}

async function build(
  { id, source }: Component,
  input: RenderInput,
  tools: RenderTools,
): Promise<KubernetesObject[]> {
  const { configuration, found, identity, cluster, secretVersion } = input;
  const { distribution } = tools;
  if ('kustomize' in source) {
    const rendered = join(distribution, renderedPath(id));
    const objects = parseManifests(
      existsSync(rendered)
        ? await readFile(rendered, 'utf8')
        : await tools.kustomize(join(distribution, source.kustomize)),
    );
    const { database } = input;
    const stored = withExternalDatabase(id, withGeneratedSecrets(id, objects), database);
    const store = id === 'pipelines' ? artifactStoreOf(configuration) : undefined;
    const kept = store === undefined ? stored : withArtifactStore(stored, store, await readHook(tools));
    return withAdjustments(id, kept, { configuration, vpcCidr: found.vpc.cidr });
  }
  switch (source.ours) {
    case 'login':
      return overlay(
        tools,
        id,
        loginOverlay('..', loginOf(input), {
          oidcIssuer: cluster.oidcIssuer,
          secretVersion,
          environment: proxyEnvironment(configuration.kubeflow.https_proxy, found.vpc.cidr),
          membershipListing: configuration.kubeflow.membership_listing,
        }),
      );
    case 'dashboard':
      return withAdjustments(id, await overlay(tools, id, dashboardOverlay('..', loginOf(input))), {
        configuration,
        vpcCidr: found.vpc.cidr,
      });
    case 'access':
      return (await readManifests(tools.rbac)).filter(
        ({ metadata }) => metadata.name !== selfServicePolicy || !configuration.access.self_service_profiles,
      );
    case 'model-registry': {
      const part = async (path: string): Promise<KubernetesObject[]> =>
        parseManifests(await tools.kustomize(join(distribution, path)));
      return registryObjects(
        { ui: await part(registryParts.ui), registry: await part(registryParts.registry) },
        configuration.kubeflow.model_registry?.namespaces ?? [],
      );
    }
    case 'ingress':
      return [
        loadBalancerPolicy(configuration, found),
        ingress(configuration, found, identity.certificateArn, input.ingressBefore),
      ];
  }
}

/** Builds a kustomization that stands beside the distribution's own, since it may refer only to what is near it. */
async function overlay(
  { distribution, kustomize }: RenderTools,
  id: string,
  files: Files,
): Promise<KubernetesObject[]> {
  const folder = join(distribution, `.kubeflow-eks-${id}-${process.pid}`);
  await mkdir(folder, { recursive: true });
  try {
    for (const [path, content] of Object.entries(files)) await writeFile(join(folder, path), content);
    return parseManifests(await kustomize(folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The program that gives tenants' namespaces their part of Pipelines. */
async function readHook({ rbac }: Pick<RenderTools, 'rbac'>): Promise<string> {
  return readFile(join(rbac, '..', 'hooks', 'artifacts.py'), 'utf8');
}

async function readManifests(folder: string): Promise<KubernetesObject[]> {
  const names = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).sort();
  const texts = await Promise.all(names.map(async (name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap(parseManifests);
}
