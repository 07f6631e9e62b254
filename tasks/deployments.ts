import { functions as appClient } from './app-client/deployment';
import { functions as certificates } from './certificates/deployment';
import { functions as cluster } from './cluster/deployment';
import { functions as customDomain } from './custom-domain/deployment';
import { functions as ingress } from './ingress/deployment';
import { functions as lock } from './lock/deployment';
import { functions as notifications } from './notifications/deployment';
import { functions as preflight } from './preflight/deployment';
import { functions as records } from './records/deployment';
import { functions as registry } from './registry/deployment';
import { functions as resync } from './resync/deployment';
import { functions as samlProvider } from './saml-provider/deployment';
import { functions as subnets } from './subnets/deployment';
import { functions as userPool } from './user-pool/deployment';

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
