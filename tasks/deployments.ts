import { functions as appClient, type Tasks as AppClientTasks } from './app-client/deployment';
import { functions as certificates, type Tasks as CertificatesTasks } from './certificates/deployment';
import { functions as cluster, type Tasks as ClusterTasks } from './cluster/deployment';
import { functions as customDomain, type Tasks as CustomDomainTasks } from './custom-domain/deployment';
import { functions as ingress, type Tasks as IngressTasks } from './ingress/deployment';
import { functions as lock, type Tasks as LockTasks } from './lock/deployment';
import { functions as notifications, type Tasks as NotificationsTasks } from './notifications/deployment';
import { functions as preflight, type Tasks as PreflightTasks } from './preflight/deployment';
import { functions as records, type Tasks as RecordsTasks } from './records/deployment';
import { functions as registry, type Tasks as RegistryTasks } from './registry/deployment';
import { functions as resync, type Tasks as ResyncTasks } from './resync/deployment';
import { functions as samlProvider, type Tasks as SamlProviderTasks } from './saml-provider/deployment';
import { functions as subnets, type Tasks as SubnetsTasks } from './subnets/deployment';
import { functions as userPool, type Tasks as UserPoolTasks } from './user-pool/deployment';

/** Every task by its name, which is that of its file. */
export type Tasks = AppClientTasks &
  CertificatesTasks &
  ClusterTasks &
  CustomDomainTasks &
  IngressTasks &
  LockTasks &
  NotificationsTasks &
  PreflightTasks &
  RecordsTasks &
  RegistryTasks &
  ResyncTasks &
  SamlProviderTasks &
  SubnetsTasks &
  UserPoolTasks;

export type TaskName = keyof Tasks;

/** The functions of every folder of tasks. */
export const taskFolders = {
  'app-client': appClient,
  certificates,
  cluster,
  'custom-domain': customDomain,
  ingress,
  lock,
  notifications,
  preflight,
  records,
  registry,
  resync,
  'saml-provider': samlProvider,
  subnets,
  'user-pool': userPool,
} as const;
