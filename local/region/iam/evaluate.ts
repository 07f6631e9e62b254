import { asList, checkOperators, evaluateCondition, type Condition, type RequestContext } from './conditions';
import { matchesArn, matchesPattern } from './patterns';
import { unknownVariable, withVariables } from './variables';

/** A statement of an identity-based policy, as far as it is evaluated here. */
export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Condition;
}

/** One thing that a request needs to be allowed; a request may need several. */
export interface Authorization {
  /** `cognito-idp:CreateUserPool`. */
  readonly action: string;
  /** An ARN; `*` where the action knows no resources; undefined where the request does not tell it. */
  readonly resource: string | undefined;
  readonly context: RequestContext;
}

export type Decision =
  | {
      readonly allowed: true;
      /** What was taken for granted since the region cannot know it: condition keys, and `resource`. */
      readonly assumed: readonly string[];
    }
  | { readonly allowed: false; readonly explicit: boolean };

/**
 * Reads statements as a template has them.
 *
 * @throws Error for what is not evaluated here, rather than to pass over it: NotAction, NotResource, policy variables
 * other than tags of the principal, an unknown condition operator
 */
export function readStatements(statements: readonly Readonly<Record<string, unknown>>[]): Statement[] {
  return statements.map((statement) => {
    const { Effect: effect, Action: action, Resource: resource, Condition: condition } = statement;
    const other = Object.keys(statement).find(
      (key) => !['Sid', 'Effect', 'Action', 'Resource', 'Condition'].includes(key),
    );
    if (other !== undefined)
      throw new Error(`the local region does not evaluate ${other} in a policy statement`);
    if (effect !== 'Allow' && effect !== 'Deny')
      throw new Error(`a policy statement has the effect ${JSON.stringify(effect)}`);
    const patterns = [...texts(action), ...texts(resource)];
    const read: Statement = {
      Effect: effect,
      Action: texts(action),
      Resource: texts(resource),
      ...(condition !== undefined && { Condition: condition as Condition }),
    };
    const values = Object.values(read.Condition ?? {}).flatMap((keys) =>
      Object.values(keys).flatMap((value) => [...texts(value)]),
    );
    const variable = [...patterns, ...values].find((text) => unknownVariable(text) !== undefined);
    if (variable !== undefined)
      throw new Error(`the local region does not evaluate policy variables: ${variable}`);
    checkOperators(read.Condition ?? {});
    return read;
  });
}

function texts(value: unknown): readonly string[] {
  const list = asList(value);
  if (!list.every((item) => typeof item === 'string'))
    throw new Error(`expected text in a policy statement, found ${JSON.stringify(value)}`);
  return list;
}

/**
 * Decides as IAM does: what no statement allows is denied, and a Deny beats every Allow. Where something is unknown, it
 * is taken to be as an Allow wants it, and not as a Deny wants it; the decision says what was.
 */
export function evaluate(statements: readonly Statement[], authorization: Authorization): Decision {
  const matches = statements.flatMap((statement) => {
    const unknown = matchStatement(statement, authorization);
    return unknown === undefined ? [] : [{ statement, unknown }];
  });
  if (matches.some(({ statement, unknown }) => statement.Effect === 'Deny' && unknown.length === 0))
    return { allowed: false, explicit: true };
  const [best] = matches
    .filter(({ statement }) => statement.Effect === 'Allow')
    .sort((a, b) => a.unknown.length - b.unknown.length);
  return best === undefined ? { allowed: false, explicit: false } : { allowed: true, assumed: best.unknown };
}

/** @returns what is unknown of the match; undefined where the statement does not match */
function matchStatement(
  statement: Statement,
  { action, resource, context }: Authorization,
): readonly string[] | undefined {
  if (!asList(statement.Action).some((pattern) => matchesPattern(action, pattern, true))) return undefined;
  const patterns = asList(statement.Resource).flatMap((pattern) => withVariables(pattern, context) ?? []);
  const anyResource = patterns.includes('*');
  if (patterns.length === 0) return undefined;
  if (resource !== undefined && !patterns.some((pattern) => matchesArn(resource, pattern))) return undefined;
  const { outcome, unknown } = evaluateCondition(statement.Condition ?? {}, context);
  if (outcome === 'fails') return undefined;
  return [...(resource === undefined && !anyResource ? ['resource'] : []), ...unknown];
}
