import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import type { Component } from '../../builds/kubeflow/components';
import type { RenderInput, RenderTools } from '../../builds/kubeflow/render-components';
import type { Network } from '../../core/handover/found';
import type { BuildIdentity } from '../../core/handover/identity';
import { directories } from '../../core/saml/directory-kinds';
import type { Configuration } from '../../core/configuration';
import { readConfiguration } from '../configuration-file';
import type { DocumentBody } from '../documents/document-kinds';
import { printDocument } from '../documents/print-document';
import { CliError, exitCodes, type ExitCode } from '../exit-codes';
import { printJson, type Host } from '../host';

export interface RenderOptions {
  json?: boolean;
  distribution?: string;
}

/** `render cluster CONFIG`: the cluster as eksctl would be asked for it. Offline. */
export async function renderCluster(host: Host, path: string, options: RenderOptions): Promise<ExitCode> {
  const { renderCluster: render } = await import('../../builds/cluster/cluster-config');
  const { configuration } = await readConfiguration(path);
  const document = render(configuration, foundBy(configuration));
  host.err('zones of subnets, and names in capitals, stand for what the workflow finds\n');
  if (options.json === true) printJson(host, document);
  else host.out(stringify(document, { aliasDuplicateObjects: false }));
  return exitCodes.ok;
}

/**
 * `render kubeflow CONFIG`: what would be applied, in order. Offline: our own part in full, of the distribution's parts
 * the place, or with `--distribution` (and kustomize) their objects too.
 */
export async function renderKubeflow(host: Host, path: string, options: RenderOptions): Promise<ExitCode> {
  const { configuration } = await readConfiguration(path);
  const found = foundBy(configuration);
  const input = { configuration, found, identity: identityOf(configuration), cluster: {} };
  host.err('names in capitals stand for what the workflow makes or finds\n');
  if (configuration.kubeflow.installer === 'kfctl') {
    const { renderKfDef } = await import('../../builds/kubeflow/kfctl');
    const definition = renderKfDef(configuration, input.identity);
    if (options.json === true) printJson(host, definition);
    else host.out(stringify(definition));
    return exitCodes.ok;
  }
  const parts = await renderParts(input, options.distribution, host);
  if (options.json === true) printDocument(host, 'RenderedKubeflow', { components: parts.map(partBody) });
  else host.out(parts.map(partText).join(''));
  return exitCodes.ok;
}

interface RenderedPart {
  id: string;
  title: string;
  /** Path in the distribution, where its objects are not rendered. */
  source?: string;
  /** Files of a kustomization over the distribution, where it is not rendered. */
  files?: Record<string, string>;
  objects?: object[];
}

async function renderParts(
  input: RenderInput,
  distribution: string | undefined,
  { env }: Pick<Host, 'env'>,
): Promise<RenderedPart[]> {
  const { selectedComponents } = await import('../../builds/kubeflow/components');
  const { renderComponents } = await import('../../builds/kubeflow/render-components');
  const tools = {
    distribution: distribution ?? '',
    rbac: join(__dirname, '../../builds/kubeflow/rbac'),
    kustomize: async (folder: string) => kustomize(folder, env),
  };
  if (distribution !== undefined) {
    const components = await renderComponents(input, tools);
    return components.map(({ id, title, objects }) => ({ id, title, objects }));
  }
  const selected = selectedComponents(input.configuration.kubeflow.components);
  return Promise.all(selected.map(async (component) => ourPart(component, input, tools)));
}

/** A component without a distribution at hand: what of it is ours, and where the rest stands. */
async function ourPart(component: Component, input: RenderInput, tools: RenderTools): Promise<RenderedPart> {
  const { id, title, source } = component;
  const { loginOf, renderComponent } = await import('../../builds/kubeflow/render-components');
  const { registryParts } = await import('../../builds/kubeflow/overlay/namespace-registry');
  const { dashboardOverlay, loginOverlay } = await import('../../builds/kubeflow/overlay/login-proxy');
  if ('kustomize' in source) return { id, title, source: source.kustomize };
  if (source.ours === 'model-registry') return { id, title, source: registryParts.registry };
  if (source.ours === 'login') return { id, title, files: loginOverlay('DISTRIBUTION', loginOf(input)) };
  if (source.ours === 'dashboard') {
    return { id, title, files: dashboardOverlay('DISTRIBUTION', loginOf(input)) };
  }
  return { id, title, objects: await renderComponent(component, input, tools) };
}

/** What builds a kustomization: kustomize, else the one that is part of kubectl. */
const kustomizePrograms = [
  ['kustomize', 'build'],
  ['kubectl', 'kustomize'],
] as const;

async function kustomize(folder: string, env: Host['env']): Promise<string> {
  for (const [program, verb] of kustomizePrograms) {
    try {
      const { stdout } = await promisify(execFile)(program, [verb, folder], { env, maxBuffer: 1 << 28 });
      return stdout;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT') throw new CliError(message, exitCodes.badInput, needsKustomize);
    }
  }
  throw new CliError('neither kustomize nor kubectl is on the PATH', exitCodes.badInput, needsKustomize);
}

const needsKustomize =
  'install kustomize or kubectl, and name a checkout of the distribution; or leave --distribution out';

/** A part for machines. Files that are objects are given as such, and not as text to parse once more. */
function partBody({ files, ...part }: RenderedPart): DocumentBody<'RenderedKubeflow'>['components'][number] {
  if (files === undefined) return part;
  const read = ([name, content]: [string, string]): [string, unknown] => [
    name,
    name.endsWith('.cfg') ? content : (JSON.parse(content) as unknown),
  ];
  return { ...part, files: Object.fromEntries(Object.entries(files).map(read)) };
}

function partText({ title, source, files, objects }: RenderedPart): string {
  const documents = [
    ...(objects ?? []).map((object) => stringify(object, { aliasDuplicateObjects: false })),
    ...Object.entries(files ?? {}).map(([name, content]) =>
      name.endsWith('.cfg')
        ? `# ${name}\n${content.trimEnd().replaceAll(/^/gm, '#   ')}\n`
        : `# ${name}\n${stringify(JSON.parse(content))}`,
    ),
  ];
  const origin = source === undefined ? '' : `\n#   of the distribution: ${source}`;
  return `# ${title}${origin}\n${documents.map((document) => `---\n${document}`).join('')}\n`;
}

/** The network as the configuration names it, with stand-ins for what the preflight checks find. */
function foundBy({ vpc_id: id, region, subnets }: Configuration): Network {
  const zoned = (ids: readonly string[]) => ids.map((subnet, index) => ({ id: subnet, az: zone(index) }));
  const zone = (index: number) => `${region}${'abcdef'[index % 6] ?? 'a'}`;
  return {
    vpc: { id, cidr: 'VPC-CIDR' },
    subnets: {
      private: zoned(subnets?.private ?? ['PRIVATE-SUBNET-A', 'PRIVATE-SUBNET-B']),
      public: zoned(subnets?.public ?? ['PUBLIC-SUBNET-A', 'PUBLIC-SUBNET-B']),
    },
  };
}

function identityOf({
  cognito_domain: cognitoDomain,
  identity_provider: { kind },
}: Configuration): BuildIdentity {
  return {
    userPoolId: 'USER-POOL-ID',
    userPoolArn: 'USER-POOL-ARN',
    clientId: 'CLIENT-ID',
    secretArn: 'SECRET-ARN',
    certificateArn: 'CERTIFICATE-ARN',
    cognitoDomain,
    providerName: directories[kind].providerName,
  };
}
