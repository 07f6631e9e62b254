import { RE2JS } from 're2js';
import { defined } from '../defined';

/** What a pattern reads out of a group's name; parts that did not take part in the match are not there. */
export interface GroupParts {
  readonly namespace: string;
  readonly role?: string;
}

/**
 * The most instructions of a compiled pattern: a group attribute of Cognito (2,048 characters) is then matched with a
 * million steps, some 0.4 s. Everyday patterns have 20 to 150; a counted repetition counts each time.
 */
const largestProgram = 500;

/**
 * Compiles a group pattern. Matching takes time in proportion to the length of the name, whatever the pattern and the
 * name, since names come from a directory that others write to: V8's own engine needs hours for `(a+)+` and a name made
 * for it. The price are lookaround and back references, which the syntax of RE2 does not have.
 *
 * @param pattern a regular expression with the named part `namespace` and, if need be, `role`
 * @returns matches a whole name, without regard to case
 * @throws Error with the reason where the pattern cannot be used
 */
export function compileGroupPattern(pattern: string): (name: string) => GroupParts | undefined {
  const compiled = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
  if (compiled.namedGroups()['namespace'] === undefined)
    throw new Error('needs a part named namespace: (?<namespace>…)');
  const size = compiled.programSize();
  if (size > largestProgram) {
    throw new Error(
      `takes ${size} steps for each character of a name, by its counted repetitions as a rule; at most ${largestProgram}`,
    );
  }
  return (name) => {
    const match = compiled.matcher(name);
    if (!match.matches()) return undefined;
    // A name that the pattern does not have would throw; a part that did not take part in the match is null.
    const part = (key: string): string | undefined =>
      compiled.namedGroups()[key] === undefined ? undefined : (match.group(key) ?? undefined);
    const [namespace, role] = [part('namespace'), part('role')];
    if (namespace === undefined) return undefined;
    return { namespace, ...defined({ role }) };
  };
}

/** The problem of a group pattern, or `undefined` when it can be used. */
export function groupPatternProblem(pattern: string): string | undefined {
  try {
    compileGroupPattern(pattern);
    return undefined;
  } catch (error) {
    const { name, message } = error as Error;
    // What the engine says names the place in the pattern.
    return name === 'Error'
      ? message
      : `is no regular expression in the syntax of RE2, which has neither lookaround nor back references: ${message}`;
  }
}
