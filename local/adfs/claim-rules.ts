/** A statement about a user, as ADFS' claim rules read and make them. */
export interface Claim {
  type: string;
  value: string;
  issuer: string;
  properties?: Readonly<Record<string, string>>;
}

/** What rules may ask Active Directory of an account. */
export type QueryStore = (query: string, account: string) => readonly string[];

type Operator = '==' | '=~';
interface Condition {
  field: 'type' | 'value' | 'issuer';
  operator: Operator;
  operand: string;
}

interface Rule {
  /** None for a rule that always holds. */
  conditions: readonly Condition[];
  /** `add` makes a claim that later rules see and nobody else. */
  statement: 'issue' | 'add';
  /** What stands in the statement's brackets. */
  body: string;
}

const text = '"((?:[^"\\\\]|\\\\.)*)"';
const rulePattern =
  /^(?:(\w+):\s*\[(?<conditions>[\s\S]*?)\]\s*)?=>\s*(?<statement>issue|add)\s*\((?<body>[\s\S]*)\)$/;

/** What ADFS' console shows of a rule, before it: `@RuleName = "…"`. */
const annotation = /^\s*(?:@\w+\s*=\s*"[^"]*"\s*)+/;

/** @throws Error for a rule outside of the part of the language that is understood here */
function parseRule(source: string): Rule {
  const {
    conditions = '',
    statement,
    body = '',
  } = rulePattern.exec(source.replace(annotation, '').trim())?.groups ?? {};
  if (statement === undefined) throw new Error(`this is no claim rule that is understood here: ${source}`);
  return {
    conditions: [...conditions.matchAll(new RegExp(`(Type|Value|Issuer)\\s*(==|=~)\\s*${text}`, 'g'))].map(
      ([, field = '', operator, operand = '']) => ({
        field: field.toLowerCase() as Condition['field'],
        operator: operator as Operator,
        operand,
      }),
    ),
    statement: statement as Rule['statement'],
    body,
  };
}

/**
 * Runs claim rules in ADFS' language, each over the claims that those before it have left. Understood is what
 * docs/adfs.md uses: conditions on one claim, attribute stores, constants, and properties.
 *
 * @param rules each ends with a semicolon
 * @param account the claim that ADFS has of who has just signed in
 * @returns the claims that go into the assertion
 */
export function runClaimRules(rules: string, account: Claim, query: QueryStore): Claim[] {
  const known: Claim[] = [account];
  const issued: Claim[] = [];
  for (const source of rules.split(/;\s*(?:\n|$)/).filter((each) => each.trim() !== '')) {
    const rule = parseRule(source);
    const matching = rule.conditions.length === 0 ? [undefined] : known.filter((claim) => holds(rule, claim));
    const made = matching.flatMap((claim) => claimsOf(rule, claim, query));
    known.push(...made);
    if (rule.statement === 'issue') issued.push(...made);
  }
  return issued;
}

function holds({ conditions }: Rule, claim: Claim): boolean {
  return conditions.every(({ field, operator, operand }) =>
    operator === '==' ? claim[field] === operand : regularExpression(operand).test(claim[field]),
  );
}

/** ADFS' are .NET's, in which case is turned off by `(?i)`. */
function regularExpression(source: string): RegExp {
  return source.startsWith('(?i)') ? new RegExp(source.slice(4), 'i') : new RegExp(source);
}

function claimsOf({ body }: Rule, claim: Claim | undefined, query: QueryStore): Claim[] {
  const named = (name: string): string | undefined =>
    new RegExp(`\\b${name}\\s*=\\s*(?:${text}|\\(\\s*${text}\\s*\\)|(\\w+\\.\\w+))`)
      .exec(body)
      ?.slice(1)
      .find((each?: string) => each !== undefined);
  const valueOf = (expression: string | undefined): string =>
    expression === 'c.Value' ? (claim?.value ?? '') : (expression ?? '');
  if (named('store') !== undefined)
    return query(named('query') ?? '', valueOf(named('param'))).map((value) => ({
      type: named('types') ?? '',
      value,
      issuer: 'AD AUTHORITY',
    }));
  const properties = Object.fromEntries(
    [...body.matchAll(new RegExp(`Properties\\[${text}\\]\\s*=\\s*${text}`, 'g'))].map(
      ([, name = '', value = '']) => [name, value],
    ),
  );
  return [
    { type: named('Type') ?? '', value: valueOf(named('Value')), issuer: 'LOCAL AUTHORITY', properties },
  ];
}
