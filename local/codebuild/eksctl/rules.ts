import type { CommandName } from './commands';
import type { Addon, ClusterConfig, ManagedNodeGroup, PodIdentity } from './cluster-config';

/**
 * What eksctl refuses in a configuration file, beyond its schema, in its words and in its order. Sources are of eksctl
 * 0.230 (`pkg/apis/eksctl.io/v1alpha5` without a path, `pkg/ctl/cmdutils` as `cmdutils`).
 * `test/local/codebuild/eksctl-real.test.ts` holds them against the real program.
 *
 * @throws Error with eksctl's message
 */
export function requireValid(command: CommandName, config: ClusterConfig): void {
  if (!command.endsWith(' addon') && command !== 'create cluster') {
    validateAll(config);
    return;
  }
  // cmdutils/addon.go and configfile.go: the add-ons are looked at as the file is loaded, before the rest.
  for (const addon of config.addons ?? []) validateAddon(addon);
  if (command === 'create cluster') validateIdentities(config);
  validateAll(config);
}

/** addon.go, Validate. */
function validateAddon(addon: Addon): void {
  const refuse = (reason: string): never => {
    throw new Error(`invalid configuration for "${addon.name}" addon: ${reason}`);
  };
  const { configurationValues: values = '', podIdentityAssociations: identities = [] } = addon;
  if (values !== '' && !isJson(values))
    refuse(
      `configurationValues: ${JSON.stringify(values)} is not valid, supported format(s) are: JSON and YAML`,
    );
  if (identities.length > 0 && addon.name === agent)
    refuse(`cannot set pod identity associations for "${agent}" addon`);
  for (const [index, identity] of identities.entries()) {
    const reason = incomplete(identity, `podIdentityAssociations[${index}]`);
    if (reason !== undefined) refuse(reason);
  }
}

const agent = 'eks-pod-identity-agent';

/** addon.go, Validate; cmdutils/pod_identity_association.go, validatePodIdentityAssociations. */
function incomplete(identity: PodIdentity, path: string): string | undefined {
  if ((identity.namespace ?? '') === '') return `${path}.namespace must be set`;
  if (identity.serviceAccountName === '') return `${path}.serviceAccountName must be set`;
  if ((identity.permissionPolicyARNs ?? []).length > 0) return undefined;
  const ways = ['roleARN', 'permissionPolicy', 'permissionPolicyARNs', 'wellKnownPolicies'];
  return `at least one of the following must be specified: ${ways.map((way) => `${path}.${way}`).join(', ')}`;
}

/** cmdutils/configfile.go, NewCreateClusterLoader. */
function validateIdentities({ addons = [], iam }: ClusterConfig): void {
  const identities = iam?.podIdentityAssociations ?? [];
  const needed = [...identities, ...addons.flatMap((addon) => addon.podIdentityAssociations ?? [])];
  if (needed.length > 0 && !addons.some(({ name }) => name === agent))
    throw new Error(
      `the "${agent}" addon must be installed to create pod identity associations; please add "${agent}" addon to the config file`,
    );
  for (const [index, identity] of identities.entries()) {
    const reason = incomplete(identity, `iam.podIdentityAssociations[${index}]`);
    if (reason !== undefined) throw new Error(reason);
  }
}

/** cmdutils/cmd.go, NewCtl: what every command looks at before its first call. */
function validateAll(config: ClusterConfig): void {
  const names = new Set<string>();
  for (const [index, { name }] of (config.managedNodeGroups ?? []).entries()) {
    // validation.go, ValidateClusterConfig.
    if (names.has(name)) throw new Error(`managedNodeGroups[${index}].name "${name}" is not unique`);
    names.add(name);
  }
  const { clusterEndpoints: endpoints } = config.vpc ?? {};
  // validation.go, ValidateClusterEndpointConfig.
  if (endpoints?.publicAccess === false && endpoints.privateAccess === false)
    throw new Error('Kubernetes API access must have one of public or private clusterEndpoints enabled');
  // validation.go, validateAddonPodIdentityAssociations: neither the schema nor the user guide knows this one.
  for (const { name, podIdentityAssociations: identities = [] } of config.addons ?? []) {
    if (identities.some(({ tags }) => tags !== undefined))
      throw new Error(`tags is not supported for addon.podIdentityAssociations (addon: ${name})`);
  }
  (config.managedNodeGroups ?? []).forEach(validateNodeGroup);
}

/** validation.go, ValidateManagedNodeGroup. */
function validateNodeGroup(group: ManagedNodeGroup): void {
  const { minSize = 0, maxSize = minSize, desiredCapacity = minSize, updateConfig } = group;
  const refuse = (one: string, other: string): never => {
    throw new Error(`cannot use ${one} and ${other} at the same time`);
  };
  if (desiredCapacity < minSize) refuse(`--nodes-min=${minSize}`, `--nodes=${desiredCapacity}`);
  if (desiredCapacity > maxSize) refuse(`--nodes-max=${maxSize}`, `--nodes=${desiredCapacity}`);
  if (maxSize < minSize) refuse(`--nodes-min=${minSize}`, `--nodes-max=${maxSize}`);
  const { maxUnavailable, maxUnavailablePercentage } = updateConfig ?? {};
  if (maxUnavailable !== undefined && maxUnavailablePercentage !== undefined)
    refuse(`maxUnavailable=${maxUnavailable}`, `maxUnavailablePercentage=${maxUnavailablePercentage}`);
  if ((maxUnavailable ?? 0) > maxSize)
    throw new Error(`maxUnavailable=${String(maxUnavailable)} cannot be greater than maxSize=${maxSize}`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
