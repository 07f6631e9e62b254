import type { UserPoolClientType } from '@aws-sdk/client-cognito-identity-provider';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolUser } from './records';

/** What Lambda answered. */
export type TriggerOutcome =
  { result: unknown; error?: never } | { error: { errorType: string; errorMessage: string }; result?: never };

/** Invokes a function, whatever it answers. */
export type InvokeTrigger = (functionArn: string, event: object) => Promise<TriggerOutcome>;

/** A token's claims as the trigger leaves them. */
interface ClaimChanges {
  claimsToAddOrOverride?: Record<string, unknown>;
  claimsToSuppress?: string[];
  scopesToAdd?: string[];
  scopesToSuppress?: string[];
}

export interface TokenOverrides {
  idTokenGeneration?: ClaimChanges | null;
  accessTokenGeneration?: ClaimChanges | null;
  groupOverrideDetails?: { groupsToOverride?: string[] | null } | null;
}

/** A login or refresh that the trigger ended, in Cognito's words. */
export class TriggerFailed extends Error {
  override readonly name = 'TriggerFailed';
}

export interface TokenRequest {
  source: 'TokenGeneration_HostedAuth' | 'TokenGeneration_RefreshTokens';
  pool: Pool;
  client: UserPoolClientType;
  user: PoolUser;
  scopes: readonly string[];
  /** The groups of the user in the pool. */
  groups: readonly string[];
}

/** Within this time a trigger must answer, and this often it is called (developer guide, "Lambda triggers"). */
const limits = { answerMs: 5000, attempts: 3 } as const;

/**
 * Asks the pool's trigger before token generation, if it has one. An answer that does not come in 5 s is waited for no
 * longer and the function called again, three times altogether; an error of the function ends the matter at once.
 *
 * @throws TriggerFailed
 */
export async function askTrigger(request: TokenRequest, invoke: InvokeTrigger): Promise<TokenOverrides> {
  const { LambdaConfig: configured } = request.pool.description;
  const { LambdaArn: arn = configured?.PreTokenGeneration, LambdaVersion: version = 'V1_0' } =
    configured?.PreTokenGenerationConfig ?? {};
  if (arn === undefined) return {};
  const event = triggerEvent(request, arn.split(':')[3] ?? '', version);
  for (let attempt = 1; attempt <= limits.attempts; attempt += 1) {
    const outcome = await withinLimit(invoke(arn, event));
    if (outcome === undefined) continue;
    if (outcome.error === undefined) return overridesOf(outcome.result);
    const { errorType, errorMessage } = outcome.error;
    if (errorType === 'Sandbox.Timedout') continue;
    if (errorType === 'TooManyRequestsException')
      throw new TriggerFailed(`PreTokenGeneration invocation failed due to error ${errorType}.`);
    throw new TriggerFailed(`PreTokenGeneration failed with error ${errorMessage}.`);
  }
  throw new TriggerFailed(
    'PreTokenGeneration invocation failed due to error Socket timeout while invoking Lambda function.',
  );
}

async function withinLimit(answer: Promise<TriggerOutcome>): Promise<TriggerOutcome | undefined> {
  const answered = new AbortController();
  // Lambda's own timeout may come first, whatever it says then.
  answer.catch(() => undefined);
  try {
    return await Promise.race([answer, delay(limits.answerMs, undefined, { signal: answered.signal })]);
  } finally {
    answered.abort();
  }
}

function triggerEvent(request: TokenRequest, region: string, version: string): object {
  const { source, pool, client, user, scopes, groups } = request;
  const isFirst = version === 'V1_0';
  return {
    version: isFirst ? '1' : version.slice(1, 2),
    triggerSource: source,
    region,
    userPoolId: pool.id,
    userName: user.name,
    callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: client.ClientId },
    request: {
      userAttributes: {
        ...readable(user.attributes, client.ReadAttributes),
        'cognito:user_status': 'EXTERNAL_PROVIDER',
      },
      groupConfiguration: { groupsToOverride: groups, iamRolesToOverride: [], preferredRole: null },
      ...(!isFirst && { scopes }),
    },
    response: isFirst ? { claimsOverrideDetails: null } : { claimsAndScopeOverrideDetails: null },
  };
}

/**
 * What the client may read of a user. Assumed of the trigger's event, on the safe side: Cognito documents nowhere whether
 * the event has the other attributes.
 */
export function readable(
  attributes: Readonly<Record<string, string>>,
  listed: readonly string[] = [],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).filter(
      ([name]) => name === 'sub' || listed.length === 0 || listed.includes(name),
    ),
  );
}

function overridesOf(result: unknown): TokenOverrides {
  const { response } = (result ?? {}) as {
    response?: {
      claimsAndScopeOverrideDetails?: TokenOverrides;
      claimsOverrideDetails?: ClaimChanges & TokenOverrides;
    };
  };
  if (response === undefined) throw new TriggerFailed('Unrecognizable lambda output');
  const first = response.claimsOverrideDetails;
  if (response.claimsAndScopeOverrideDetails) return response.claimsAndScopeOverrideDetails;
  return first ? { idTokenGeneration: first, groupOverrideDetails: first.groupOverrideDetails ?? null } : {};
}
