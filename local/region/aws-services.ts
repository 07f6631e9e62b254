import { join } from 'node:path';
import type { AwsClients } from '../../adapters/aws/clients';
import type { CodeBuild } from '../codebuild/service';
import type { CredentialStore } from '../sts/credentials';
import { createSts } from '../sts/sts';
import type { EventBus } from './events/bus';
import { invokeApi } from './functions/api';
import type { Faults } from './faults';
import type { FunctionRunner } from './functions/function-runner';
import type { GatewayOptions, ServiceHandler } from './gateway/gateway';
import type { AccessControl } from './iam';
import { operatorArn } from './operator';
import { instanceMetadataDefaults, serviceQuotas } from './overlays/account-facts';
import { lambdaConfiguration } from './overlays/lambda-configuration';
import { newBuckets } from './overlays/new-buckets';
import { priceList } from './overlays/price-list';
import type { RegionOptions } from './region-options';
import type { BackupApi } from './services/backup-api';
import type { BuildLogs } from './services/build-logs';
import { clusterServices } from './services/cluster-services';
import type { Clusters } from './services/clusters';
import { eventsApi } from './services/events-api';
import { jsonApi } from './services/json-api';
import type { LateDescriptions } from './services/late-descriptions';
import { stsApi } from './services/sts-api';

export interface AwsServicesOptions {
  options: RegionOptions;
  credentials: CredentialStore;
  /** Step Functions. */
  descriptions: LateDescriptions;
  functions: FunctionRunner;
  builds: CodeBuild;
  buildLogs: BuildLogs;
  backups: BackupApi;
  bus: EventBus;
  clusters: Clusters;
  access: AccessControl;
  /** Clients with the rights of whoever has an access key. */
  clientsOf: (accessKeyId: string) => AwsClients;
  /** Clients of the region itself, past the gateway. */
  ownClients: AwsClients;
  faults: Faults;
  /** When a role of the account was made. */
  roleCreatedAt: (roleArn: string) => Promise<Date | undefined>;
  /** Passes a request on to moto. */
  moto: ServiceHandler;
}

/** Who answers for which service of AWS: the region itself where moto has none or knows less, moto for all else. */
export function awsServices(parts: AwsServicesOptions): GatewayOptions['services'] {
  const { options, credentials, functions, access, moto } = parts;
  const { accountId, region, dir } = options;
  const lambda = lambdaConfiguration({
    accountId,
    functionExists: (name) => functions.find(name) !== undefined,
  });
  const ofClusters = clusterServices({
    accountId,
    region,
    clusters: parts.clusters,
    moto,
    clientsOf: parts.clientsOf,
    stacksFile: join(dir, 'stacks.json'),
    ownClients: parts.ownClients,
    roleCreatedAt: parts.roleCreatedAt,
    unseenRoleMs: () => parts.faults.unseenRoleMs ?? 0,
    permits: (caller, authorization) => access.permits(caller, authorization),
    administrators: [operatorArn(accountId)],
  });
  return {
    states: [jsonApi(parts.descriptions.handle)],
    lambda: [invokeApi(functions), lambda.handler],
    codebuild: [jsonApi(parts.builds.handle, 'application/x-amz-json-1.1')],
    sts: [stsApi(createSts({ credentials }))],
    ...ofClusters,
    backup: [...ofClusters.backup, parts.backups.handler],
    ec2: [instanceMetadataDefaults(), ...ofClusters.ec2],
    servicequotas: [serviceQuotas()],
    pricing: [priceList],
    s3: [newBuckets()],
    events: [eventsApi(parts.bus)],
    logs: [parts.buildLogs.handler],
    '*': [moto],
  };
}
