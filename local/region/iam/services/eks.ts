import { madeUp, type Asked, type Needs } from '../needs';
import { tagsOf, text, texts } from '../parameters';
import { onBehalfOfCaller } from './eks-on-behalf';

/** What an operation is about, by the end of its name (Service Authorization Reference, Amazon EKS). */
const kinds: readonly (readonly [RegExp, string])[] = [
  [/^(?:Describe|Delete|Update)AccessEntry$|AccessPolic(?:y|ies)$/, 'access-entry'],
  [/^(?:Describe|Delete|Update)Nodegroup/, 'nodegroup'],
  [/^(?:Describe|Delete|Update)Addon$/, 'addon'],
  [/^(?:Describe|Delete|Update)PodIdentityAssociation$/, 'podidentityassociation'],
];

/** The part of the cluster that a Create makes and tags. */
const made: Readonly<Record<string, string>> = {
  CreateNodegroup: 'nodegroup',
  CreateAddon: 'addon',
  CreatePodIdentityAssociation: 'podidentityassociation',
};

/**
 * EKS: a cluster, or a part of one, whose ARN ends with random characters. Making something with tags also needs the
 * permission to tag it; the condition keys of the making are not there then.
 */
export const eksNeeds: Needs = (call) => {
  const { action, operation, parameters } = call;
  const cluster = text(parameters, 'cluster') ?? text(parameters, 'name');
  const own = { action, resource: resourceOf(call, cluster), keys: keysOf(call) };
  const onBehalf = onBehalfOfCaller(call);
  if (!operation.startsWith('Create') || Object.keys(tagsOf(parameters)).length === 0)
    return [own, ...onBehalf];
  const kind = made[operation];
  const tagged =
    operation === 'CreateCluster'
      ? call.arn(`cluster/${cluster ?? ''}`)
      : operation === 'CreateAccessEntry'
        ? entryArn(call, cluster, text(parameters, 'principalArn'))
        : kind && call.arn(`${kind}/${cluster ?? ''}/${madeUp}/${madeUp}`);
  return [own, { action: 'eks:TagResource', resource: tagged }, ...onBehalf];
};

function resourceOf(call: Asked, cluster: string | undefined): string | undefined {
  const { operation, parameters } = call;
  const given = text(parameters, 'arn');
  if (given !== undefined) return given;
  if (cluster === undefined) return undefined;
  const kind = kinds.find(([pattern]) => pattern.test(operation))?.[1];
  if (kind === undefined) return call.arn(`cluster/${cluster}`);
  if (kind === 'access-entry') return entryArn(call, cluster, text(parameters, 'principal'));
  const part = text(parameters, 'part') ?? '';
  return call.arn(`${kind}/${cluster}/${part}${kind === 'podidentityassociation' ? '' : `/${madeUp}`}`);
}

/** `access-entry/CLUSTER/role/ACCOUNT/NAME/RANDOM`; a role's path is not in it. */
function entryArn(call: Asked, cluster = '', principalArn = ''): string {
  const [, account = '', kind = '', name = ''] =
    /^arn:[^:]+:iam::(\d+):(\w+)\/(?:.*\/)?([^/]+)$/.exec(principalArn) ?? [];
  return call.arn(`access-entry/${cluster}/${kind}/${account}/${name}/${madeUp}`);
}

function keysOf({ operation, parameters }: Asked): Readonly<Record<string, readonly string[]>> {
  if (!/^(?:Create|Update)AccessEntry$/.test(operation)) return {};
  return {
    'eks:kubernetesgroups': texts(parameters, 'kubernetesGroups'),
    'eks:username': [text(parameters, 'username') ?? []].flat(),
    // UpdateAccessEntry has no such key: its entry is the resource.
    'eks:principalarn':
      operation === 'CreateAccessEntry' ? [text(parameters, 'principalArn') ?? []].flat() : [],
  };
}
