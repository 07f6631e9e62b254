import { ownerTag, product, stackNames, stateMachineName } from '../core/naming';

/**
 * What a role may do, statement by statement. In resources and conditions `<partition>`, `<region>` and `<account>`
 * stand for those of the stack.
 */
export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** Why the role needs it and, where a resource has a wildcard, why the service allows nothing narrower. */
  readonly why: string;
}

/** ARN of a resource in the stack's account and region. */
export const here = (service: string, resource: string): string =>
  `arn:<partition>:${service}:<region>:<account>:${resource}`;

/** The resource carries our tag, whatever the deployment. */
export const ours = { Null: { [`aws:ResourceTag/${ownerTag}`]: 'false' } } as const;

/** The request gives the new resource our tag. */
export const madeOurs = { Null: { [`aws:RequestTag/${ownerTag}`]: 'false' } } as const;

/** Actions that list or describe know no resources. */
export function look(actions: readonly string[], why: string): Permission {
  return { actions, resources: ['*'], why: `${why}; these actions know no resources.` };
}

const table = here('dynamodb', `table/${stackNames.table}`);

/** Access to rows of the registry whose partition key begins with one of the prefixes. */
export function rows(
  actions: readonly string[],
  why: string,
  prefixes: readonly string[] = ['deployment'],
): Permission {
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
export const allRegistrations: Permission = {
  actions: ['dynamodb:Scan'],
  resources: [table],
  why: 'Reads the registrations of all deployments.',
};

/** Publishes our own events on the default bus. */
export function publishes(why: string): Permission {
  return {
    actions: ['events:PutEvents'],
    resources: [here('events', `event-bus/${stackNames.eventBus}`)],
    conditions: { StringEquals: { 'events:source': stackNames.eventSource } },
    why,
  };
}

/** Reads executions of our state machines. */
export function reads(actions: readonly string[], why: string): Permission {
  const machines = (['provision', 'resync', 'destroy'] as const).map(stateMachineName);
  return {
    actions: actions.map((action) => `states:${action}`),
    resources: machines.map((machine) => here('states', `execution:${machine}:*`)),
    why: `${why} An execution's name is not known before it starts.`,
  };
}

/** Actions on user pools with our tag. */
export function ourPools(actions: readonly string[], why: string): Permission {
  return {
    actions: actions.map((action) => `cognito-idp:${action}`),
    resources: [here('cognito-idp', 'userpool/*')],
    conditions: ours,
    why: `${why} Only pools with our tag; an id is random.`,
  };
}

/** Certificates of the stack's region, and of us-east-1 for Cognito. */
export const certificates = [
  here('acm', 'certificate/*'),
  'arn:<partition>:acm:us-east-1:<account>:certificate/*',
];

export const hostedZones = 'arn:<partition>:route53:::hostedzone/*';
export const secrets = here('secretsmanager', `secret:${product}/*`);
export const profileManager = here('lambda', `function:${product}-profile-manager`);
export const profileManagerAlias = `${profileManager}:${stackNames.profileManagerAlias}`;
