import {
  buildPart,
  formatProblem,
  parseConfiguration,
  type BuildConfiguration,
} from '../../core/configuration';
import { UserError } from '../../core/errors';
import {
  buildEnvironment,
  type BuildDocuments,
  type BuildEnvironment,
} from '../../core/handover/build-environment';
import { buildClusterSchema } from '../../core/handover/cluster';
import { networkSchema } from '../../core/handover/found';
import { buildIdentitySchema } from '../../core/handover/identity';
import { readAs } from '../../core/handover/read';

const schemas = { FOUND: networkSchema, IDENTITY: buildIdentitySchema, CLUSTER: buildClusterSchema } as const;

/**
 * One of the JSON documents that the workflow hands to a build in an environment variable.
 *
 * @throws UserError `InvalidTaskInput` with every problem
 */
export function readInput<Name extends keyof typeof schemas>(
  name: Name,
  environment: BuildEnvironment = buildEnvironment(),
): BuildDocuments[Name] {
  return readAs<BuildDocuments[keyof typeof schemas]>(schemas[name], parseVariable(name, environment), {
    error: 'InvalidTaskInput',
    what: `the variable ${name} of this build`,
    advice: 'Start the build through the workflow of the same release, which sets it.',
  }) as BuildDocuments[Name];
}

/**
 * The configuration, without its SAML metadata, most access rules, certificate names and address, which no build needs and
 * which would not fit a variable.
 *
 * @throws UserError `InvalidConfiguration`
 */
export function readConfiguration(environment: BuildEnvironment = buildEnvironment()): BuildConfiguration {
  const parsed = parseConfiguration(parseVariable('CONFIGURATION', environment));
  if (parsed.ok) return buildPart(parsed.configuration);
  throw new UserError('InvalidConfiguration', parsed.problems.map(formatProblem).join('\n'));
}

function parseVariable(name: keyof BuildDocuments, environment: BuildEnvironment): unknown {
  const text = environment[name];
  if (text === undefined || text === '') {
    throw new UserError(
      'InvalidTaskInput',
      `the variable ${name} of this build is not set; start the build through the workflow, which sets it`,
    );
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError('InvalidTaskInput', `the variable ${name} of this build is not JSON`);
  }
}
