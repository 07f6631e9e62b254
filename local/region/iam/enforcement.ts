import type { DeployedRole } from '../../stack/template';
import { header, type AwsRequest, type HttpParts } from '../gateway/aws-request';
import type { AwsResponse } from '../gateway/gateway';
import { UnknownCall } from './actions';
import { authorizationsOf, type Place } from './authorizations';
import { denial, unknownCall } from './denial';
import { evaluate, readStatements, type Authorization, type Decision, type Statement } from './evaluate';
import type { ResourceTags } from './resource-tags';

export interface AccessControlOptions extends Place {
  /** The roles of the stack. */
  roles: readonly DeployedRole[];
  /** The statements of another role that is checked, by its name; undefined for one that is not. */
  statementsOf?: (role: string) => Promise<readonly Statement[] | undefined>;
  /** ARNs of the roles that something of the stack runs with; each must be among {@link roles}. */
  inUse?: readonly string[];
  /** Reads the tags of what a request is about; undefined where they cannot be known. */
  tagsOf?: ResourceTags;
  /** Whether the tags of a resource, by its ARN, are not seen yet. */
  isLate?: (arn: string) => Promise<boolean>;
}

/** Something that a role was refused. */
export interface Refusal {
  role: string;
  action: string;
  resource: string;
}

const sessionArn = /^arn:[^:]+:sts::\d+:assumed-role\/([^/]+)\//;

/**
 * Holds every request of a role of the stack to the role's policies, as they stand in the synthesised template, and those of
 * roles of pods to theirs as they stand in the account; keeps account of what the roles used.
 */
export class AccessControl {
  private readonly statements: ReadonlyMap<string, readonly Statement[]>;
  private readonly usedByRole = new Map<string, Set<string>>();
  private readonly usedByProgram = new Map<string, Set<string>>();
  private readonly assumptions = new Map<string, Set<string>>();
  private readonly refused: Refusal[] = [];

  /** @throws Error for a policy that cannot be evaluated here, and for a role in use whose policies are not known */
  constructor(private readonly options: AccessControlOptions) {
    this.statements = new Map(options.roles.map((role) => [role.name, readStatements(role.statements)]));
    const unknown = options.inUse?.find((arn) => !options.roles.some((role) => role.arn === arn));
    if (unknown !== undefined) throw new Error(`the policies of the role ${unknown} are not known`);
  }

  /** The actions that were allowed, by the role's name. */
  usedActions(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.usedByRole;
  }

  /** The actions that were allowed, by what the calls said that they are for: `eksctl-create-cluster`, `CloudFormation`. */
  actionsOfPrograms(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.usedByProgram;
  }

  /** What was refused, in order. */
  refusals(): readonly Refusal[] {
    return this.refused;
  }

  /**
   * What was taken for granted since the region cannot know it, by action: condition keys, and `resource` where the
   * request does not tell which one it is about.
   */
  assumed(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.assumptions;
  }

  /**
   * Checks a request before it is served.
   *
   * @param principalArn who sent it; sessions of the stack's roles and of those that {@link AccessControlOptions.statementsOf}
   *   knows are checked
   * @returns the service's error where it is denied; undefined where it may go on
   */
  async check(
    principalArn: string | undefined,
    request: AwsRequest,
    http: HttpParts,
  ): Promise<AwsResponse | undefined> {
    const role = sessionArn.exec(principalArn ?? '')?.[1];
    const statements = role === undefined ? undefined : await this.statementsOf(role);
    if (principalArn === undefined || role === undefined || statements === undefined) return undefined;
    let authorizations: Authorization[];
    try {
      authorizations = authorizationsOf(request, http, this.options);
    } catch (error) {
      if (error instanceof UnknownCall) return unknownCall(request, http, error.message);
      throw error;
    }
    const program = programOf(http);
    for (const authorization of authorizations) {
      const decision = await this.decide(role, statements, authorization);
      if (decision.allowed && program !== undefined) add(this.usedByProgram, program, authorization.action);
      if (!decision.allowed)
        return denial(request, http, { principalArn, authorization, explicit: decision.explicit });
    }
    return undefined;
  }

  /**
   * Checks what a service of the region does with a role of the stack without a request of its own.
   *
   * @throws Error where the role may not
   */
  async require(roleArn: string, action: string, resource: string): Promise<void> {
    const role = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    const authorization = { action, resource, context: { values: {}, known: [] } };
    const decision = await this.decide(role, this.statements.get(role) ?? [], authorization);
    if (!decision.allowed)
      throw new Error(`${roleArn} is not authorized to perform: ${action} on ${resource}`);
  }

  /**
   * Whether a service may do something with its caller's rights, beside the call that it serves. Who is not a role of the
   * stack may do anything.
   */
  async permits(principalArn: string | undefined, authorization: Authorization): Promise<boolean> {
    const role = sessionArn.exec(principalArn ?? '')?.[1];
    const statements = role === undefined ? undefined : await this.statementsOf(role);
    if (role === undefined || statements === undefined) return true;
    return (await this.decide(role, statements, authorization)).allowed;
  }

  private async statementsOf(role: string): Promise<readonly Statement[] | undefined> {
    return this.statements.get(role) ?? (await this.options.statementsOf?.(role));
  }

  private async decide(
    role: string,
    statements: readonly Statement[],
    authorization: Authorization,
  ): Promise<Decision> {
    let decision = evaluate(statements, authorization);
    // Tags are read only where they decide.
    if (decision.allowed && decision.assumed.some(isResourceTag)) {
      const tags = await this.options.tagsOf?.(authorization.resource ?? '');
      if (tags !== undefined) decision = evaluate(statements, withTags(authorization, tags));
      if (decision.allowed && (await this.options.isLate?.(authorization.resource ?? '')) === true) {
        // No refusal to tell of: it passes.
        return evaluate(statements, withTags(authorization, {}));
      }
    }
    const { action, resource = '*' } = authorization;
    if (decision.allowed) {
      add(this.usedByRole, role, action);
      for (const key of decision.assumed) add(this.assumptions, action, key);
    } else {
      this.refused.push({ role, action, resource });
    }
    return decision;
  }
}

/** The SDKs' application id, at the end of the user agent. */
function programOf(http: HttpParts): string | undefined {
  const agent = `${header(http, 'user-agent') ?? ''} ${header(http, 'x-amz-user-agent') ?? ''}`;
  return /(?:^|\s)app\/(\S+)/.exec(agent)?.[1];
}

const isResourceTag = (key: string): boolean => /^aws:ResourceTag\//i.test(key);

function withTags(authorization: Authorization, tags: Readonly<Record<string, string>>): Authorization {
  const { values, known } = authorization.context;
  const keys = Object.entries(tags).map(([key, value]) => [`aws:resourcetag/${key}`.toLowerCase(), [value]]);
  return {
    ...authorization,
    context: {
      values: { ...values, ...(Object.fromEntries(keys) as Record<string, string[]>) },
      known: [...known, 'aws:resourcetag/'],
    },
  };
}

function add(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key) ?? new Set();
  sets.set(key, set.add(value));
}
