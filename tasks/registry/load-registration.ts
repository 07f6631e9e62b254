import { z } from 'zod';
import { findSubnets, findVpc } from '../../adapters/aws/ec2-network';
import { listHostedZones } from '../../adapters/aws/hosted-zones';
import { readRegistration } from '../../adapters/aws/registry';
import { parseConfiguration, type Configuration } from '../../core/configuration';
import { readEnvironment } from '../../core/environment';
import { UserError } from '../../core/errors';
import { deploymentOf, deploymentSchema, type Deployment } from '../../core/handover/deployment';
import { foundSchema, type Found } from '../../core/handover/found';
import { parseRegistration } from '../../core/handover/registration';
import type { TaskContext } from '../support/context';
import { findingsError } from '../preflight/findings';
import { ownUserPools } from '../user-pool/own-user-pools';
import { chooseSubnets } from '../preflight/choose-subnets';
import { chooseZone } from '../preflight/zone';
import { defineTask } from '../support/task';

/** A row that does not have it is good enough to destroy by. */
const registeredPool = z.object({
  identity: z.object({ userPoolId: z.string(), userPoolArn: z.string() }),
});
const named = z.object({ deployment: z.string() });

/**
 * What destroy works from. Given the name of a registered deployment: its registration. Given a configuration: what
 * can be found by it, for a deployment whose provisioning never came to its registration.
 *
 * `identity` is empty where there is no user pool of ours; one that is gone is known by its registration, since its
 * permission to call the profile manager outlives it.
 *
 * What the account no longer has (VPC, zone) is no obstacle.
 *
 * @throws UserError DeploymentMissing, RegistrationUnreadable, InvalidConfiguration, HostedZoneAmbiguous
 */
export const task = defineTask({
  name: 'load-registration',
  input: z.object({ input: z.unknown() }),
  output: z.object({
    configuration: z.record(z.string(), z.unknown()),
    deployment: deploymentSchema,
    found: foundSchema,
    identity: z.object({ userPoolId: z.string(), userPoolArn: z.string() }).partial(),
  }),
  async run({ input }, context) {
    const name = named.safeParse(input).data?.deployment;
    const { configuration, deployment, found, identity } =
      name === undefined ? await fromConfiguration(input, context) : await fromRegistry(name, context);
    const [pool] = await ownUserPools(deployment, context);
    return {
      configuration,
      deployment,
      found,
      identity: pool === undefined ? identity : { userPoolId: pool.id, userPoolArn: pool.arn },
    };
  },
});

export const handler = task.handler;

interface Loaded {
  configuration: Record<string, unknown>;
  deployment: Deployment;
  found: Found;
  identity: { userPoolId?: string; userPoolArn?: string };
}

async function fromRegistry(name: string, { clients, environment }: TaskContext): Promise<Loaded> {
  const registration = await readRegistration(clients, readEnvironment('registryTable', environment), name);
  if (registration === undefined) {
    throw new UserError(
      'DeploymentMissing',
      `no deployment ${name} is registered here. If its provisioning failed before the end, start destroy with its ` +
        'configuration instead of its name.',
    );
  }
  const { configuration, deployment, found } = parseRegistration(
    registration,
    'configuration',
    'deployment',
    'found',
  );
  const { success, data } = registeredPool.safeParse(registration.row);
  return { configuration, deployment, found, identity: success ? data.identity : {} };
}

async function fromConfiguration(input: unknown, context: TaskContext): Promise<Loaded> {
  const parsed = parseConfiguration(input);
  if (!parsed.ok) {
    const problems = parsed.problems.map(({ path, message }) => `- ${path}: ${message}`).join('\n');
    throw new UserError(
      'InvalidConfiguration',
      `expected {"deployment": name} or the configuration of a deployment; as a configuration it has problems, and ` +
        `nothing was touched:\n${problems}`,
    );
  }
  const { configuration } = parsed;
  const { region } = context.clients;
  if (configuration.region !== region) {
    throw new UserError(
      'InvalidConfiguration',
      `the configuration is one of ${configuration.region}, this workflow works in ${region}; nothing was touched. ` +
        `Start destroy in ${configuration.region}.`,
    );
  }
  return {
    configuration: { ...configuration },
    deployment: deploymentOf(configuration),
    found: await find(configuration, context),
    identity: {},
  };
}

/**
 * The VPC, subnets and zone of a configuration, by the same rules as in the preflight checks. What is not there (any more)
 * has nothing of ours to take away: a VPC without subnets, or a zone without an id, stands for it.
 */
async function find(configuration: Configuration, { clients, logger }: TaskContext): Promise<Found> {
  const vpc = await findVpc(clients, configuration.vpc_id);
  if (vpc === undefined)
    logger.warn('the VPC is gone, and with it what was in it', { id: configuration.vpc_id });
  // A load balancer's needs do not matter here: whichever subnets there are may carry our tags.
  const { subnets } =
    vpc === undefined
      ? { subnets: { private: [], public: [] } }
      : chooseSubnets(
          { vpc, named: configuration.subnets, needsPublic: false },
          await findSubnets(clients, vpc.id),
        );
  const { zone, findings } = chooseZone(
    await listHostedZones(clients),
    configuration.route53_domain,
    [],
    configuration.hosted_zone_id,
  );
  if (zone === undefined && findings.some(({ name }) => name !== 'HostedZoneMissing'))
    throw findingsError(findings);
  if (zone === undefined) logger.warn('the hosted zone is gone, and its records with it');
  return {
    vpc: vpc ?? { id: configuration.vpc_id, cidr: '' },
    subnets,
    hostedZone: { id: zone?.id ?? '', name: zone?.name ?? '' },
  };
}
