import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Builds } from './constructs/builds';
import { DeployedFunctions, type ClusterNetwork } from './constructs/functions';
import { encryptionKey } from './constructs/encryption-key';
import { notificationTopic } from './constructs/notifications';
import { registryTable } from './constructs/registry-table';
import { Workflows } from './constructs/workflows';

/** What the stack is made from. */
export interface KubeflowEksStackProps extends StackProps {
  /** Folder with a folder of each function's bundle. */
  readonly bundles: string;
  /** Folder that becomes the source of the builds. */
  readonly builds: string;
  /** For clusters whose endpoint answers inside its VPC only. */
  readonly network?: ClusterNetwork;
  /** Gets failures and alarms by mail. */
  readonly notificationEmail?: string;
}

/** Everything that is deployed once for an account and region. */
export class KubeflowEksStack extends Stack {
  constructor(scope: Construct, id: string, props: KubeflowEksStackProps) {
    super(scope, id, props);
    registryTable(this);
    const key = encryptionKey(this);
    notificationTopic(this, key, props.notificationEmail);
    const network = props.network && { network: props.network };
    const functions = new DeployedFunctions(this, 'functions', { bundles: props.bundles, ...network });
    const builds = new Builds(this, 'builds', { source: props.builds, key, ...network });
    new Workflows(this, 'workflows', { functions, builds });
  }
}
