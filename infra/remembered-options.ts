import type { StackOptionName } from './options';

type Given = Readonly<Partial<Record<StackOptionName, string>>>;

/** Name of the output that has an option of the deployed stack. */
export function optionOutput(name: StackOptionName): string {
  return `Option${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** The options that a deployed stack was made with, from its outputs. */
export function rememberedOptions(
  outputs: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([name, value]) => {
      const rest = /^Option([A-Z]\w*)$/.exec(name)?.[1];
      return rest === undefined ? [] : [[rest.charAt(0).toLowerCase() + rest.slice(1), value]];
    }),
  );
}

/** What becomes of the options of the deployed stack. */
export interface OptionChanges {
  /** What would be lost, as lines `name=value`: nothing in the context names it. */
  readonly lost: readonly string[];
  /** What changes, or goes on purpose, in sentences. */
  readonly changed: readonly string[];
}

/**
 * Compares the options of the deployed stack with those of a synthesis.
 *
 * @param given what the context gives
 * @param named what the context names, be it as empty: that drops an option on purpose
 */
export function compareOptions(
  remembered: Readonly<Record<string, string>>,
  given: Given,
  named: readonly string[],
): OptionChanges {
  const now: Readonly<Record<string, string>> = given;
  const before = Object.entries(remembered);
  return {
    lost: before
      .filter(([name]) => now[name] === undefined && !named.includes(name))
      .map(([name, value]) => `${name}=${value}`),
    changed: [
      ...before.flatMap(([name, value]) => {
        const next = now[name];
        if (next === undefined) return named.includes(name) ? [`option ${name}: ${value} is dropped`] : [];
        return next === value ? [] : [`option ${name}: ${value} becomes ${next}`];
      }),
      ...Object.entries(now)
        .filter(([name]) => remembered[name] === undefined)
        .map(([name, value]) => `option ${name}: ${value} is new`),
    ],
  };
}

/** What is said where options would be lost. */
export function lostOptionsMessage(lost: readonly string[]): string {
  const names = lost.map((line) => line.slice(0, line.indexOf('=')));
  return [
    'the deployed stack has options that are not given now, and would lose them:',
    ...lost.map((line) => `  ${line}`),
    'Put them into cdk.context.json (docs/operate/stack.md, "Options of the stack"), from where every command of the CDK reads them.',
    `To drop ${names.length === 1 ? 'it' : 'one'} on purpose, give it as empty: -c ${names[0] ?? ''}=`,
  ].join('\n');
}
