import { findSecurityGroups, type SecurityGroup } from '../../adapters/aws/ec2-network';
import type { AwsClients } from '../../adapters/aws/clients';
import { isAwsError, isDenied } from '../../adapters/aws/errors';
import { findDatabaseCluster, findDatabaseInstance, type Database } from '../../adapters/aws/rds';
import { readSecret } from '../../adapters/aws/secrets-manager';
import { parseDatabaseSecret } from '../../core/database-access';
import {
  existingDatabase,
  parseEndpoint,
  type DatabaseSettings,
  type ExistingDatabase,
} from '../../core/configuration/database';
import type { Finding } from './findings';
import { letIn } from './let-in';

/** Where the nodes are. */
interface Nodes {
  vpcId: string;
  /** IPv4 ranges of their subnets. */
  ranges: readonly string[];
}

/**
 * MLMD 1.14 knows `mysql_native_password` alone (ml_metadata/libmysqlclient.BUILD), which MySQL 9.0 no longer has; Pipelines 2.16 is
 * tested with 8 (its manifests run 8.4). Aurora's versions begin with that of the MySQL that they are compatible with.
 */
const versions = /^8\.[04]\./;

/** States in which no pod would get in (RDS user guide, "Viewing Amazon RDS DB instance status"; Aurora's are the same words). */
const down =
  /^(?:creating|deleting|delete-precheck|failed|stopp(?:ed|ing)|starting|storage-full|in(?:accessible|compatible|sufficient)-.*|restore-error)$/;

/**
 * Whether Pipelines and Katib could use a database that is there: they would find it out when the cluster stands. Whom a rule of a security
 * group lets in by another group is not judged, since the cluster's own is not there at the first run; nor how the user
 * authenticates and what it may do, which the database alone knows.
 *
 * The secret's value is looked at and forgotten; nothing of it is in a finding.
 */
export async function checkDatabase(
  clients: AwsClients,
  settings: DatabaseSettings | undefined,
  nodes: Nodes,
): Promise<{ findings: Finding[]; warnings: string[] }> {
  const wanted = existingDatabase(settings);
  if (wanted === undefined) return { findings: [], warnings: [] };
  const { identifier, isCluster } = parseEndpoint(wanted.host);
  const what = `the ${isCluster ? 'Aurora cluster' : 'RDS instance'} ${identifier}`;
  const [found, secret] = await Promise.all([
    isCluster ? findDatabaseCluster(clients, identifier) : findDatabaseInstance(clients, identifier),
    secretProblem(clients, wanted.secret_arn),
  ]);
  const problems =
    found === undefined ? [`${what} is not in ${clients.region}`] : problemsOf(found, wanted, what);
  const network =
    found === undefined
      ? { problems: [], warnings: [] }
      : judgeNetwork(await findSecurityGroups(clients, found.securityGroupIds), wanted.port, nodes, what);
  return {
    findings: [...problems, ...network.problems, ...secret].map((message) => ({
      name: 'DatabaseUnusable',
      message: `${message}. See docs/operate/databases.md.`,
    })),
    warnings: [...(found === undefined ? [] : risksOf(found, what)), ...network.warnings],
  };
}

function problemsOf(found: Database, { host, port }: ExistingDatabase, what: string): string[] {
  return [
    ...(found.endpoint === host
      ? []
      : [`${what} has the endpoint ${found.endpoint}; \`database.host\` is ${host}`]),
    ...(found.port === port
      ? []
      : [`${what} listens on port ${found.port.toString()}; \`database.port\` is ${port.toString()}`]),
    ...(['mysql', 'aurora-mysql'].includes(found.engine)
      ? versions.test(found.version)
        ? []
        : [
            `${what} runs version ${found.version}; expected 8.0 or 8.4, of which MLMD knows how users authenticate`,
          ]
      : [`${what} is a ${found.engine}; expected mysql or aurora-mysql`]),
    ...(down.test(found.state) ? [`${what} is ${found.state}; expected available`] : []),
  ];
}

function risksOf(found: Database, what: string): string[] {
  return [
    ...(found.encrypted ? [] : [`${what} is not encrypted at rest, which RDS decides when one is made`]),
    ...(found.backupDays > 0
      ? []
      : [`${what} has no automated backups: runs and experiments are there once`]),
    ...(found.deletionProtected ? [] : [`${what} has no deletion protection`]),
  ];
}

function judgeNetwork(
  groups: readonly SecurityGroup[],
  port: number,
  { vpcId, ranges }: Nodes,
  what: string,
): { problems: string[]; warnings: string[] } {
  const elsewhere = groups.find((group) => group.vpcId !== vpcId);
  if (elsewhere !== undefined)
    return {
      problems: [],
      warnings: [
        `${what} is in ${elsewhere.vpcId}, and the nodes are in ${vpcId}: whether they reach it is not looked at`,
      ],
    };
  const { shut } = letIn(groups, port, { ranges });
  return {
    problems:
      shut.length === 0
        ? []
        : [
            `${what} lets nobody from ${shut.join(', ')} in on port ${port.toString()}, where the nodes are. Add a rule to one of its security groups (${groups.map(({ id }) => id).join(', ')})`,
          ],
    warnings: [],
  };
}

async function secretProblem(clients: AwsClients, arn: string): Promise<string[]> {
  const problem = (why: string): string[] => [`the secret ${arn} of \`database\` cannot be used: ${why}`];
  try {
    const user = parseDatabaseSecret(await readSecret(clients, arn));
    return 'problem' in user ? problem(user.problem) : [];
  } catch (error) {
    if (isAwsError(error, 'InvalidRequestException')) return problem('its deletion is scheduled');
    if (!isDenied(error)) throw error;
    return problem('it may not be read: is it encrypted with another key than aws/secretsmanager?');
  }
}
