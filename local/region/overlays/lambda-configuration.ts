import { randomUUID } from 'node:crypto';
import type { HttpParts } from '../gateway/aws-request';
import { awsError, type AwsResponse, type ServiceHandler } from '../gateway/gateway';
import { defined } from '../../../core/defined';

/** A statement of a function's resource policy. */
export interface PolicyStatement {
  Sid: string;
  Effect: 'Allow';
  Principal: { Service: string };
  Action: string;
  Resource: string;
  Condition?: Record<string, Record<string, string>>;
}

interface Concurrency {
  requested: number;
  /** Looks until it is READY. */
  pendingReads: number;
  lastModified: string;
  failure?: string;
}

export interface LambdaConfigurationOptions {
  accountId: string;
  /** Whether the region has a function of this name (without alias). */
  functionExists: (name: string) => boolean;
  /** How many looks find provisioned concurrency IN_PROGRESS; 1 by default. */
  allocationReads?: number;
  /** Concurrent executions of the account; 1,000 by default, 10 in a new account. */
  concurrentExecutions?: number;
}

/** Policies and provisioned concurrency of the region's functions. */
export interface LambdaConfiguration {
  readonly handler: ServiceHandler;
  /** The statements of a function's alias, or of the function itself. */
  statements(name: string, qualifier?: string): PolicyStatement[];
  /** Provisioned concurrency of an alias; 0 for none. */
  provisioned(name: string, qualifier: string): number;
  /** The allocation that is under way fails, as it does where the account's limit is reached. */
  failAllocation(name: string, qualifier: string, reason: string): void;
}

const policyPath = /^\/2015-03-31\/functions\/([^/?]+)\/policy(?:\/([^/?]+))?$/;
const accountSettingsPath = /^\/2016-08-19\/account-settings\/?$/;
const concurrencyPath = /^\/2019-09-30\/functions\/([^/?]+)\/provisioned-concurrency$/;

/**
 * What the Lambda API knows of a function beside its code: resource policies by qualifier (GetPolicy, AddPermission,
 * RemovePermission), provisioned concurrency (Put-, Get-, DeleteProvisionedConcurrencyConfig) within the account's limit, and
 * that limit (GetAccountSettings). moto keeps one policy
 * for all aliases of a function and has no provisioned concurrency.
 */
export function lambdaConfiguration(options: LambdaConfigurationOptions): LambdaConfiguration {
  const policies = new Map<string, PolicyStatement[]>();
  const concurrency = new Map<string, Concurrency>();
  const handler: ServiceHandler = ({ region }, http) => {
    const url = new URL(http.url, 'http://localhost');
    if (accountSettingsPath.test(url.pathname)) {
      const reserved = [...concurrency.values()].reduce((sum, { requested }) => sum + requested, 0);
      const ConcurrentExecutions = limitOf(options);
      return Promise.resolve(
        answer(200, {
          AccountLimit: {
            ConcurrentExecutions,
            UnreservedConcurrentExecutions: ConcurrentExecutions - reserved,
          },
          AccountUsage: { FunctionCount: 0, TotalCodeSize: 0 },
        }),
      );
    }
    const policy = policyPath.exec(url.pathname);
    const provisioning = concurrencyPath.exec(url.pathname);
    const encoded = policy?.[1] ?? provisioning?.[1];
    if (encoded === undefined) return Promise.resolve(undefined);
    const { name, alias } = parseFunction(decodeURIComponent(encoded));
    if (!options.functionExists(name)) {
      return Promise.resolve(
        refuse(http, 404, 'ResourceNotFoundException', `Function not found: ${decodeURIComponent(encoded)}`),
      );
    }
    const qualifier = url.searchParams.get('Qualifier') ?? alias ?? '';
    const key = `${name}:${qualifier}`;
    const arn = `arn:aws:lambda:${region}:${options.accountId}:function:${name}${qualifier === '' ? '' : `:${qualifier}`}`;
    const taken = [...concurrency].reduce(
      (sum, [of, { requested }]) => sum + (of === key ? 0 : requested),
      0,
    );
    const available = limitOf(options) - leastUnreserved(options) - taken;
    return Promise.resolve(
      policy === null
        ? serveConcurrency(http, concurrency, key, {
            allocationReads: options.allocationReads ?? 1,
            available,
            least: leastUnreserved(options),
          })
        : servePolicy(
            http,
            policies,
            key,
            arn,
            policy[2] === undefined ? undefined : decodeURIComponent(policy[2]),
          ),
    );
  };
  return {
    handler,
    statements: (name, qualifier = '') => policies.get(`${name}:${qualifier}`) ?? [],
    provisioned: (name, qualifier) => concurrency.get(`${name}:${qualifier}`)?.requested ?? 0,
    failAllocation(name, qualifier, reason) {
      const current = concurrency.get(`${name}:${qualifier}`);
      if (current !== undefined) current.failure = reason;
    },
  };
}

function limitOf({ concurrentExecutions = 1000 }: LambdaConfigurationOptions): number {
  return concurrentExecutions;
}

/** Lambda keeps 100 executions unreserved, 10 where the account has fewer (Lambda guide, "Reserved concurrency"). */
function leastUnreserved(options: LambdaConfigurationOptions): number {
  return limitOf(options) > 100 ? 100 : 10;
}

function servePolicy(
  http: HttpParts,
  policies: Map<string, PolicyStatement[]>,
  key: string,
  arn: string,
  sid: string | undefined,
): AwsResponse {
  const statements = policies.get(key) ?? [];
  if (http.method === 'GET') {
    if (statements.length === 0) {
      return refuse(http, 404, 'ResourceNotFoundException', 'The resource you requested does not exist.');
    }
    const Policy = JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements });
    return answer(200, { Policy, RevisionId: randomUUID() });
  }
  if (http.method === 'DELETE') {
    if (!statements.some((statement) => statement.Sid === sid)) {
      return refuse(
        http,
        404,
        'ResourceNotFoundException',
        `Statement ${sid ?? ''} is not found in resource policy.`,
      );
    }
    policies.set(
      key,
      statements.filter((statement) => statement.Sid !== sid),
    );
    return answer(204, undefined);
  }
  const input = JSON.parse(http.body.toString('utf8')) as Record<string, string | undefined>;
  const id = input['StatementId'] ?? '';
  if (statements.some((statement) => statement.Sid === id)) {
    return refuse(
      http,
      409,
      'ResourceConflictException',
      `The statement id (${id}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
    );
  }
  const condition = {
    ...(input['SourceAccount'] !== undefined && {
      StringEquals: { 'AWS:SourceAccount': input['SourceAccount'] },
    }),
    ...(input['SourceArn'] !== undefined && { ArnLike: { 'AWS:SourceArn': input['SourceArn'] } }),
  };
  const statement: PolicyStatement = {
    Sid: id,
    Effect: 'Allow',
    Principal: { Service: input['Principal'] ?? '' },
    Action: input['Action'] ?? '',
    Resource: arn,
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  };
  policies.set(key, [...statements, statement]);
  return answer(201, { Statement: JSON.stringify(statement) });
}

function serveConcurrency(
  http: HttpParts,
  configurations: Map<string, Concurrency>,
  key: string,
  {
    allocationReads,
    available,
    least,
  }: Readonly<{ allocationReads: number; available: number; least: number }>,
): AwsResponse {
  const current = configurations.get(key);
  if (http.method === 'PUT') {
    const input = JSON.parse(http.body.toString('utf8')) as { ProvisionedConcurrentExecutions?: number };
    const requested = input.ProvisionedConcurrentExecutions ?? 0;
    if (requested > available) {
      return refuse(
        http,
        400,
        'InvalidParameterValueException',
        `Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${least.toString()}].`,
      );
    }
    const made = {
      requested,
      pendingReads: allocationReads,
      lastModified: new Date().toISOString(),
    };
    configurations.set(key, made);
    return answer(202, describe(made));
  }
  if (http.method === 'DELETE') {
    configurations.delete(key);
    return answer(204, undefined);
  }
  if (current === undefined) {
    return refuse(
      http,
      404,
      'ProvisionedConcurrencyConfigNotFoundException',
      'No Provisioned Concurrency Config found for this function',
    );
  }
  const shown = describe(current);
  if (current.pendingReads > 0) current.pendingReads -= 1;
  return answer(200, shown);
}

function describe({ requested, pendingReads, lastModified, failure }: Concurrency): object {
  const ready = pendingReads === 0 && failure === undefined;
  return {
    RequestedProvisionedConcurrentExecutions: requested,
    AvailableProvisionedConcurrentExecutions: ready ? requested : 0,
    AllocatedProvisionedConcurrentExecutions: ready ? requested : 0,
    Status: failure !== undefined ? 'FAILED' : ready ? 'READY' : 'IN_PROGRESS',
    ...defined({ StatusReason: failure }),
    LastModified: lastModified,
  };
}

/** A function is named by name, by `name:alias` or by ARN with or without an alias. */
function parseFunction(text: string): { name: string; alias?: string } {
  const parts = text.startsWith('arn:') ? text.split(':').slice(6) : text.split(':');
  const [name = '', alias] = parts;
  return alias === undefined ? { name } : { name, alias };
}

function answer(status: number, body: object | undefined): AwsResponse {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? '' : JSON.stringify(body),
  };
}

function refuse(http: HttpParts, status: number, code: string, message: string): AwsResponse {
  return awsError(http, { status, code, message });
}
