import type { AwsClients } from '../../adapters/aws/clients';
import { findMadeInstance, type DatabaseInstance } from '../../adapters/aws/rds-instances';
import { listDatabaseOffers, type DatabaseOffer } from '../../adapters/aws/rds-offers';
import { changes } from '../../core/configuration/changes';
import type { DatabaseSettings, DatabaseToMake } from '../../core/configuration/database';
import { isBroken, isEarlierVersion, namedVersion } from '../../core/made-database';
import { deploymentNames, ownerTag } from '../../core/naming';
import type { Finding } from './findings';

/** Where a database would be made. */
interface Place {
  deployment: string;
  /** Zones of the private subnets: two at least, or the subnets are refused. */
  zones: readonly string[];
}

/**
 * Whether RDS can make the database that is configured, or change the one that is there: it would say so when the control plane
 * is under way. Asks nothing where none is to be made.
 */
export async function checkOwnDatabase(
  clients: AwsClients,
  settings: DatabaseSettings | undefined,
  { deployment, zones }: Place,
): Promise<Finding[]> {
  const create = settings?.create;
  if (create === undefined) return [];
  const name = deploymentNames.database(deployment);
  const [found, offers] = await Promise.all([
    findMadeInstance(clients, name),
    listDatabaseOffers(clients, create.instance_class),
  ]);
  if (found !== undefined && found.tags[ownerTag] !== deployment)
    return [
      unusable(
        `there is a database ${name} in ${clients.region} without our tag for ${deployment}; it was left alone. Rename it`,
      ),
    ];
  return [
    ...offerProblems(create, offers, zones, clients.region).map(unusable),
    ...(found === undefined ? [] : changeProblems(create, found, name)),
  ];
}

const unusable = (message: string): Finding => ({
  name: 'DatabaseUnusable',
  message: `${message}. See docs/operate/databases.md.`,
});

function offerProblems(
  create: DatabaseToMake,
  offers: readonly DatabaseOffer[],
  zones: readonly string[],
  region: string,
): string[] {
  const { instance_class: type, engine_version: version, storage_gib: storage, multi_az: standby } = create;
  const versions = offers.filter((offer) => offer.version.startsWith('8.4.'));
  if (versions.length === 0)
    return [
      `RDS has no ${type} for MySQL 8.4 on gp3 in ${region}; expected a class that it has. Correct \`database.create.instance_class\``,
    ];
  const named = namedVersion(create);
  const fitting = named === undefined ? versions : versions.filter((offer) => offer.version === named);
  if (fitting.length === 0)
    return [
      `RDS has no MySQL ${version} on ${type} in ${region}; expected one of ${versions.map((offer) => offer.version).join(', ')}. Correct \`database.create.engine_version\``,
    ];
  const needed = standby ? 2 : 1;
  const different = [...new Set(zones)];
  const placed = fitting.filter(
    (offer) => different.filter((zone) => offer.zones.includes(zone)).length >= needed,
  );
  const roomy = fitting.filter(({ least, most }) => least <= storage && storage <= most);
  return [
    ...(placed.length > 0
      ? []
      : [
          `RDS has ${type} in ${needed === 2 ? 'less than two' : 'none'} of the zones of the private subnets (${different.join(', ')}). Name another class${needed === 2 ? ', or leave `database.create.multi_az` out' : ''}`,
        ]),
    ...(!standby || fitting.some(({ multiAz }) => multiAz)
      ? []
      : [`RDS has no ${type} with a standby in ${region}. Leave \`database.create.multi_az\` out`]),
    ...(roomy.length > 0
      ? []
      : [
          `RDS gives ${type} ${fitting[0]?.least.toString() ?? ''} to ${fitting[0]?.most.toString() ?? ''} GiB; \`database.create.storage_gib\` is ${storage.toString()}`,
        ]),
  ];
}

function changeProblems(
  create: DatabaseToMake,
  { state, settings: { EngineVersion: runs = '', AllocatedStorage: has = 0 } }: DatabaseInstance,
  name: string,
): Finding[] {
  const named = namedVersion(create);
  const why = changes.database.parts?.['create.engine_version, an earlier one']?.what ?? '';
  return [
    ...(isBroken(state)
      ? [unusable(`the database ${name} is ${state}; expected available. Look at its events in RDS`)]
      : []),
    ...(named !== undefined && isEarlierVersion(named, runs)
      ? [
          {
            name: 'ChangeRefused' as const,
            message: `\`database.create.engine_version\` is ${named}, and the database ${name} runs ${runs}. ${why} Name that one, or "8.4".`,
          },
        ]
      : []),
    ...(create.max_storage_gib < has
      ? [
          unusable(
            `the database ${name} has grown to ${has.toString()} GiB; \`database.create.max_storage_gib\` is ${create.max_storage_gib.toString()}. Raise it`,
          ),
        ]
      : []),
  ];
}
