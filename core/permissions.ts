import { ownerTag, product, regionTag, stackNames, stateMachineName, type Workflow } from './naming';

/**
 * What a role may do, statement by statement. In resources and conditions `<partition>`, `<region>` and `<account>`
 * stand for those of the stack.
 */
export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** It forbids, whatever else permits. */
  readonly effect?: 'deny';
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** Why the role needs it and, where a resource has a wildcard, why the service allows nothing narrower. */
  readonly why: string;
}

/** A permission that is described by its actions alone, without the service's prefix. */
interface Allowed {
  readonly actions: readonly string[];
  readonly why: string;
}

/**
 * ARN of a resource in the stack's account and region.
 *
 * @example here('eks', 'cluster/*')
 */
export const here = (service: string, resource: string): string =>
  `arn:<partition>:${service}:<region>:<account>:${resource}`;

/** Condition: the resource has our tag, whatever its value, the deployment. */
export const hasOurTag = { Null: { [`aws:ResourceTag/${ownerTag}`]: 'false' } } as const;
/**
 * Condition: the resource has our tag and is not marked as another region's. For what the regions of an account share; what
 * was made before regions were marked has no mark.
 */
export const hasOurTagHere = {
  ...hasOurTag,
  StringEqualsIfExists: { [`aws:ResourceTag/${regionTag}`]: '<region>' },
} as const;

/** Stand for what the stack's options name, each of which is bounded by its own option (infra/bounds.ts). */
export const boundless = {
  zone: '<zone>',
  clusterKey: '<cluster key>',
  bucket: '<bucket>',
  rolePath: '<role path>',
} as const;

/** Condition: the request gives the new resource our tag. */
export const givesOurTag = { Null: { [`aws:RequestTag/${ownerTag}`]: 'false' } } as const;

/** Actions that list or describe, with the service's prefix; IAM defines no resources for them. */
export function allowList(actions: readonly string[], why: string): Permission {
  return { actions, resources: ['*'], why: `${why}; these actions know no resources.` };
}

const table = here('dynamodb', `table/${stackNames.table}`);

/**
 * Access to those rows of the registry whose partition key begins with one of the prefixes.
 *
 * @example allowRegistry({ actions: ['GetItem'], prefixes: ['pool'], why: 'Finds the cluster of the pool.' })
 */
export function allowRegistry({
  actions,
  prefixes = ['deployment'],
  why,
}: Allowed & { readonly prefixes?: readonly string[] }): Permission {
  return {
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [table],
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': prefixes.map((prefix) => `${prefix}#*`) },
    },
    why,
  };
}

/** A scan of the registry, which has no keys to restrict it by. */
export const scanRegistry: Permission = {
  actions: ['dynamodb:Scan'],
  resources: [table],
  why: 'Reads the registrations of all deployments.',
};

/** Publishing our own events on the default bus. */
export function allowEvents(why: string): Permission {
  return {
    actions: ['events:PutEvents'],
    resources: [here('events', `event-bus/${stackNames.eventBus}`)],
    conditions: { StringEquals: { 'events:source': stackNames.eventSource } },
    why,
  };
}

/** Reading executions of our state machines: by default of those that work on deployments. */
export function allowExecutions({
  actions,
  workflows = ['provision', 'resync', 'destroy'],
  why,
}: Allowed & { readonly workflows?: readonly Workflow[] }): Permission {
  const machines = workflows.map(stateMachineName);
  return {
    actions: actions.map((action) => `states:${action}`),
    resources: machines.map((machine) => here('states', `execution:${machine}:*`)),
    why: `${why} An execution's name is not known before it starts.`,
  };
}

/** Actions on user pools with our tag. */
export function allowOurPools({ actions, why }: Allowed): Permission {
  return {
    actions: actions.map((action) => `cognito-idp:${action}`),
    resources: [here('cognito-idp', 'userpool/*')],
    conditions: hasOurTag,
    why: `${why} Only pools with our tag; an id is random.`,
  };
}

/** Certificates of the stack's region, and of us-east-1 for Cognito. */
export const certificates = [
  here('acm', 'certificate/*'),
  'arn:<partition>:acm:us-east-1:<account>:certificate/*',
];

/** Secrets under the product's prefix. */
export const secrets = here('secretsmanager', `secret:${product}/*`);

/** Secrets with credentials of registries, which their owners make under a prefix of ours. */
export const imageSecrets = here('secretsmanager', `secret:${product}/images/*`);

/** Secrets with users of databases, which their owners make under a prefix of ours. */
export const databaseSecrets = here('secretsmanager', `secret:${product}/databases/*`);

/** Topics of deployments, beside the stack's own. */
export const deploymentTopics = here('sns', `${stackNames.topic}-*`);

/**
 * Mail: by the stack's topic and those of deployments, or only by the latter.
 *
 * @example ...allowMail("Notifies the operators, and the deployment's address. Its name comes from the configuration.")
 */
export function allowMail(
  why: string,
  topics: readonly string[] = [here('sns', stackNames.topic), deploymentTopics],
): Permission[] {
  return [
    { actions: ['sns:Publish'], resources: topics, why },
    {
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [here('kms', 'key/*')],
      conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': [stackNames.keyAlias] } },
      why: 'The topic is encrypted. The key is named by its alias, its id is random.',
    },
  ];
}

/** The queue of events that a function could not handle. */
export function allowDeadLetters(queue: string): Permission {
  return {
    actions: ['sqs:SendMessage'],
    resources: [here('sqs', queue)],
    why: "Lambda puts an event that the function could not handle there, with the function's role.",
  };
}
