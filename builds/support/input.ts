import { z } from 'zod';
import { formatProblem, parseConfiguration, type Configuration } from '../../core/configuration';
import { UserError } from '../../core/errors';

type Environment = Readonly<Record<string, string | undefined>>;

const subnet = z.object({
  id: z.string(),
  az: z.string(),
  /** Absent where an older version registered the deployment. */
  cidr: z.string().optional(),
});

/** The network that the preflight checks found. */
export const foundSchema = z.object({
  vpc: z.object({ id: z.string(), cidr: z.string() }),
  subnets: z.object({ private: z.array(subnet), public: z.array(subnet) }),
});

/** What users log in with, as the identity branch made it. */
export const identitySchema = z.object({
  userPoolId: z.string(),
  userPoolArn: z.string(),
  clientId: z.string(),
  secretArn: z.string(),
  certificateArn: z.string(),
  cognitoDomain: z.string(),
  /** Those of the access rules, of which a build needs nothing else. */
  emailDomains: z.array(z.string()).optional(),
});

/** Where the cluster is and what tokens its service accounts carry. */
export const clusterSchema = z.object({
  name: z.string(),
  endpoint: z.url(),
  version: z.string(),
  certificateAuthority: z.base64(),
  oidcIssuer: z.string().optional(),
});

export type Found = z.output<typeof foundSchema>;
export type Identity = z.output<typeof identitySchema>;
export type BuildCluster = z.output<typeof clusterSchema>;

/**
 * One of the JSON documents that the workflow hands to a build in an environment variable.
 *
 * @throws UserError `InvalidTaskInput` with every problem
 */
export function readInput<T>(name: string, schema: z.ZodType<T>, environment: Environment = process.env): T {
  const result = schema.safeParse(parseVariable(name, environment));
  if (result.success) return result.data;
  throw new UserError(
    'InvalidTaskInput',
    `the variable ${name} of this build is not what the workflow hands over: ${z.prettifyError(result.error)}`,
  );
}

/**
 * The configuration. It comes without its SAML metadata, most access rules and certificate names, which no build needs and
 * which would not fit a variable: these keys are the defaults here.
 *
 * @throws UserError `InvalidConfiguration`
 */
export function readConfiguration(environment: Environment = process.env): Configuration {
  const parsed = parseConfiguration(parseVariable('CONFIGURATION', environment));
  if (parsed.ok) return parsed.configuration;
  throw new UserError('InvalidConfiguration', parsed.problems.map(formatProblem).join('\n'));
}

function parseVariable(name: string, environment: Environment): unknown {
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
