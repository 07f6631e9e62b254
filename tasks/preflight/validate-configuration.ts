import { z } from 'zod';
import {
  formatProblem,
  parseConfiguration,
  type Configuration,
  type Problem,
} from '../../core/configuration';
import { UserError } from '../../core/errors';
import { deploymentOf, deploymentSchema } from '../../core/handover/deployment';
import { defineTask } from '../support/task';

/** Step Functions cuts a cause off at 32,768 characters; nobody reads more problems than these at once. */
const mostShown = 50;

/**
 * The first state: checks the whole input and fills in every default. Nothing has been touched when it refuses.
 *
 * @throws UserError `InvalidConfiguration` with every problem, each with its path, the value and what is allowed
 */
export const task = defineTask({
  name: 'validate-configuration',
  input: z.object({ input: z.unknown() }),
  output: z.object({ configuration: z.custom<Configuration>(), deployment: deploymentSchema }),
  run({ input }, context) {
    const parsed = parseConfiguration(input, { now: context.now() });
    const problems = parsed.ok ? misplaced(parsed.configuration, context.clients.region) : parsed.problems;
    if (!parsed.ok || problems.length > 0) return Promise.reject(invalid(problems));
    const { configuration } = parsed;
    return Promise.resolve({
      configuration,
      deployment: deploymentOf(configuration),
    });
  },
});

export const handler = task.handler;

/** The workflow works in the region where it is deployed; in another it would find nothing of what is configured. */
function misplaced(configuration: Configuration, region: string): Problem[] {
  if (configuration.region === region) return [];
  return [
    {
      path: 'region',
      value: configuration.region,
      message: `must be ${region}, where this workflow runs; deploy the stack in ${configuration.region} to provision there`,
    },
  ];
}

function invalid(problems: readonly Problem[]): UserError {
  const lines = problems.slice(0, mostShown).map((problem) => `- ${formatProblem(problem)}`);
  if (problems.length > mostShown) lines.push(`- and ${problems.length - mostShown} more`);
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return new UserError(
    'InvalidConfiguration',
    `the configuration has ${count}; nothing was touched:\n${lines.join('\n')}\nCorrect the file, check it with ` +
      '`kubeflow-eks validate FILE`, and start a new execution.',
  );
}
