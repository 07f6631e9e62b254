import { asList, checkOperators, evaluateCondition, type Condition } from './conditions';
import { matchesArn, matchesPattern } from './patterns';

/** What a service of AWS does by itself with a resource whose policy decides. */
export interface ServiceCall {
  /** `cloudwatch.amazonaws.com`. */
  readonly service: string;
  readonly action: string;
  readonly resource: string;
  /** All the condition keys that the service gives, in lower case. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

type PolicyStatement = Readonly<Record<string, unknown>>;

/**
 * Whether the policy of a resource lets a service do something: a service principal has no policy of its own, so that
 * nothing else can allow it (IAM user guide, "Policy evaluation logic").
 *
 * @param statements of the policy; the policy of a key says `*` for itself
 * @throws Error for a statement that is not evaluated here
 */
export function permitsService(statements: readonly PolicyStatement[], call: ServiceCall): boolean {
  const matching = statements.filter((statement) => matches(statement, call));
  return (
    matching.some(({ Effect: effect }) => effect === 'Allow') &&
    !matching.some(({ Effect: effect }) => effect === 'Deny')
  );
}

function matches(statement: PolicyStatement, { service, action, resource, keys }: ServiceCall): boolean {
  const other = Object.keys(statement).find(
    (key) => !['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition'].includes(key),
  );
  if (other !== undefined)
    throw new Error(`the local region does not evaluate ${other} in a resource's policy`);
  const principal = statement['Principal'] as string | Readonly<Record<string, string | readonly string[]>>;
  const services = typeof principal === 'string' ? [principal] : asList(principal['Service'] ?? []);
  if (!services.flat().some((name) => name === '*' || name === service)) return false;
  const texts = (name: string): readonly string[] => asList(statement[name] as string | readonly string[]);
  if (!texts('Action').some((pattern) => matchesPattern(action, pattern, true))) return false;
  if (!texts('Resource').some((pattern) => pattern === '*' || matchesArn(resource, pattern))) return false;
  const condition = (statement['Condition'] ?? {}) as Condition;
  checkOperators(condition);
  // Every key is known: what the service does not give is absent.
  return evaluateCondition(condition, { values: keys, known: [''] }).outcome === 'holds';
}
