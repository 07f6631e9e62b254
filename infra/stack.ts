import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Builds } from './constructs/builds';
import { encryptionKey } from './constructs/encryption-key';
import { EventRules } from './constructs/event-rules';
import { DeployedFunctions } from './constructs/functions';
import { Monitoring } from './constructs/monitoring';
import { notificationTopic } from './constructs/notifications';
import { outputs } from './constructs/outputs';
import { registryTable } from './constructs/registry-table';
import { Workflows } from './constructs/workflows';
import { buildSettings, readOptions } from './options';
import { defined } from '../core/defined';

/** What the stack is made from. */
export interface KubeflowEksStackProps extends StackProps {
  /** Folder with a folder of each function's bundle. */
  readonly bundles: string;
  /** Folder that becomes the source of the builds. */
  readonly builds: string;
}

/** Everything that is deployed once for an account and region. */
export class KubeflowEksStack extends Stack {
  constructor(scope: Construct, id: string, props: KubeflowEksStackProps) {
    super(scope, id, props);
    const options = readOptions(this.node);
    const { network, notificationEmail, permissionsBoundaryArn, resyncInterval } = options;
    const inNetwork = network && { network };

    registryTable(this);
    const key = encryptionKey(this);
    const topic = notificationTopic(this, key, notificationEmail);
    const functions = new DeployedFunctions(this, 'functions', { bundles: props.bundles, ...inNetwork });
    const builds = new Builds(this, 'builds', {
      source: props.builds,
      key,
      ...inNetwork,
      ...defined({ permissionsBoundaryArn }),
      settings: buildSettings(options),
    });
    const workflows = new Workflows(this, 'workflows', { functions, builds });
    new EventRules(this, 'events', { functions, workflows, topic, resyncInterval });
    new Monitoring(this, 'monitoring', { workflows, topic });
    outputs(this, workflows);
  }
}
