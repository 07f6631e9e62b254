import { z } from 'zod';
import {
  formatProblem,
  parseConfiguration,
  type Configuration,
  type Problem,
} from '../../core/configuration';
import { readRegistration } from '../../adapters/aws/registry';
import { readEnvironment } from '../../core/environment';
import { UserError } from '../../core/errors';
import { deploymentOf, deploymentSchema } from '../../core/handover/deployment';
import {
  registeredConfiguration,
  type RegisteredConfiguration,
} from '../../core/handover/registered-configuration';
import type { TaskContext } from '../support/context';
import { defineTask } from '../support/task';

/** Step Functions cuts a cause off at 32,768 characters; nobody reads more problems than these at once. */
const mostShown = 50;

/** What a plan may be asked for by: the name of a deployment alone. */
const named = z.strictObject({ deployment: z.string() });

/**
 * The first state: checks the whole input and fills in every default. Nothing has been touched when it refuses.
 *
 * A plan also takes the name of a deployment, `{"deployment": name}`, for the configuration that it was last provisioned
 * with. The registry keeps no address and no text of SAML metadata, so what is made of these two is not compared: a
 * provisioning, which would make it so, takes no name.
 *
 * @throws UserError `InvalidConfiguration` with every problem, each with its path, the value and what is allowed; for a
 *   name `DeploymentMissing`, `RegistrationUnreadable`
 */
export const task = defineTask({
  name: 'validate-configuration',
  input: z.object({ input: z.unknown() }),
  output: z.object({
    configuration: z.custom<Configuration | RegisteredConfiguration>(),
    deployment: deploymentSchema,
  }),
  async run({ input }, context) {
    const name = context.readOnly ? named.safeParse(input).data?.deployment : undefined;
    if (name !== undefined) return ofRegistered(name, context);
    const parsed = parseConfiguration(input, { now: context.now() });
    const problems = parsed.ok ? misplaced(parsed.configuration, context.clients.region) : parsed.problems;
    if (!parsed.ok || problems.length > 0) throw invalid(problems);
    const { configuration } = parsed;
    return { configuration, deployment: deploymentOf(configuration) };
  },
});

export const handler = task.handler;

async function ofRegistered(name: string, { clients, environment }: TaskContext) {
  const stored = await readRegistration(clients, readEnvironment('registryTable', environment), name);
  if (stored === undefined) {
    throw new UserError(
      'DeploymentMissing',
      `no deployment ${name} is registered here; nothing was touched. Plan with its configuration instead of its name.`,
    );
  }
  const configuration = registeredConfiguration(stored);
  return { configuration, deployment: deploymentOf(configuration) };
}

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
      '`kubeflow-eks validate CONFIG`, and start a new execution.',
  );
}
