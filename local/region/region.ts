import type { StepFunctions } from 'step-functions-local';
import type { CodeBuild } from '../codebuild/service';
import type { CognitoFront } from '../cognito-front';
import type { Moto } from '../moto/moto';
import type { Synthesis } from '../stack/synthesis-cache';
import type { CredentialStore } from '../sts/credentials';
import type { RegionClients } from './account/clients';
import type { Preparation } from './account/prepare';
import type { EventBus } from './events/bus';
import type { Alarms } from './events/notices';
import type { Faults } from './faults';
import type { FunctionRunner } from './functions/function-runner';
import type { Gateway } from './gateway/gateway';
import type { AccessControl } from './iam';
import type { Logs } from './logs';
import type { Directories } from './network/directories';
import type { Network } from './network/network';
import type { Sites } from './network/sites';
import type { RegionOptions } from './region-options';
import type { Clusters } from './services/clusters';
import type { Meshes } from './services/meshes';

/** A local AWS region with the stack deployed in it. */
export interface Region {
  readonly options: RegionOptions;
  readonly faults: Faults;
  readonly synthesis: Synthesis;
  readonly gateway: Gateway;
  readonly network: Network;
  /** The directories, with the people in them. */
  readonly directories: Directories;
  /** Web servers that somebody puts behind host names, in the place of what the region would have there. */
  readonly published: Sites['published'];
  /** The pages and endpoints of Cognito. */
  readonly cognitoFront: CognitoFront;
  readonly bus: EventBus;
  /** The alarms on what functions count. */
  readonly alarms: Alarms;
  readonly functions: FunctionRunner;
  readonly stepFunctions: StepFunctions;
  readonly builds: CodeBuild;
  readonly clusters: Clusters;
  /** What requests to a cluster go through, on demand. */
  readonly meshes: Meshes;
  /** What a client must trust of the region's web servers, as PEM. */
  readonly caPem: string;
  readonly credentials: CredentialStore;
  /** What the stack's roles may do, did, and were refused. */
  readonly access: AccessControl;
  readonly moto: Moto;
  readonly logs: Logs;
  /** Clients of the account's owner; they talk to moto past the gateway's log. */
  readonly clients: RegionClients;
  /** The IAM actions that each of the stack's roles has used, by the role's name. */
  usedActions(): ReadonlyMap<string, ReadonlySet<string>>;
  /** Makes what a configuration expects of its account. */
  prepare(document: unknown): Promise<Preparation>;
  stop(): Promise<void>;
}
