import { UserError } from '../../core/errors';
import type { BuildEnvironment } from '../../core/handover/build-environment';

/** How long and how often a component is looked at. */
export interface Patience {
  /** Between two looks, in milliseconds. */
  pollMs: number;
  /** Instead of the components' own bounds, in milliseconds. */
  patienceMs: number | undefined;
}

/** The variable of the build that sets the bound for every component. */
const variable = 'COMPONENT_TIMEOUT_SECONDS' satisfies keyof BuildEnvironment;

/** A component has its own bound, 10 minutes for most: see `components.ts`. */
const usual: Patience = { pollMs: 5_000, patienceMs: undefined };

/**
 * Reads how long a component may take to become ready.
 *
 * @throws UserError `InvalidTaskInput` for what is no number of seconds
 */
export function readComponentTimeout(environment: BuildEnvironment): Patience {
  const text = environment[variable];
  if (text === undefined || text === '') return usual;
  const seconds = Number(text);
  if (!Number.isFinite(seconds) || seconds <= 0) {
    throw new UserError(
      'InvalidTaskInput',
      `the variable ${variable} of this build is "${text}"; expected seconds, such as 1200`,
    );
  }
  return { pollMs: Math.min(usual.pollMs, seconds * 100), patienceMs: seconds * 1000 };
}
