import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Builds } from './constructs/builds';
import { encryptionKey, logKey } from './constructs/encryption-key';
import { EventRules } from './constructs/event-rules';
import { DeployedFunctions } from './constructs/functions';
import { Monitoring } from './constructs/monitoring';
import { notificationTopic } from './constructs/notifications';
import { outputs } from './constructs/outputs';
import { registryTable } from './constructs/registry-table';
import { Workflows } from './constructs/workflows';
import { defined } from '../core/defined';
import { buildSettings, givenOptions, readOptions } from './options';

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
    const { bounds, network, notificationEmail, permissionsBoundaryArn, resyncInterval, runbookUrl } =
      options;
    const { driftInterval } = options;
    const runbook = defined({ runbookUrl });
    const inNetwork = network && { network };

    const key = encryptionKey(this);
    const encrypted = options.encryptLogs ? { logKey: logKey(key) } : {};
    const topic = notificationTopic(this, key, notificationEmail);
    const functions = new DeployedFunctions(this, 'functions', {
      bundles: props.bundles,
      bounds,
      ...inNetwork,
      ...encrypted,
    });
    const builds = new Builds(this, 'builds', {
      source: props.builds,
      key,
      bounds,
      ...inNetwork,
      ...encrypted,
      ...defined({ permissionsBoundaryArn }),
      settings: buildSettings(options),
    });
    const workflows = new Workflows(this, 'workflows', { functions, builds, ...encrypted });
    new EventRules(this, 'events', {
      functions,
      workflows,
      topic,
      resyncInterval,
      ...defined({ driftInterval }),
      ...runbook,
    });
    new Monitoring(this, 'monitoring', { workflows, topic, ...runbook });
    outputs(this, workflows, givenOptions(this.node));

    const others = [...this.node.children];
    registryTable(this).node.addDependency(...others);
  }
}
