import { Aws, Duration, RemovalPolicy, Tags } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function,
  Runtime,
  Tracing,
  type Alias,
  type CfnFunction,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import path from 'node:path';
import { environmentNames } from '../../core/environment';
import { functionName, functionRoleName, stackNames } from '../../core/naming';
import { withinBounds } from '../bounds';
import { functionFiles, functionSpec, type DeployedFunction, type FunctionFile } from '../functions';
import { dependOnPolicy, grant } from '../iam-statements';
import { arns, logGroupNames } from '../names';
import { commonPermissions, networkPermissions } from '../function-permissions';
import type { Bounds, ClusterNetwork } from '../options';
import { proxyVariables } from './cluster-network';

/** What {@link DeployedFunctions} needs to know. */
export interface DeployedFunctionsProps {
  /** Folder with a folder of each function's bundle. */
  readonly bundles: string;
  readonly network?: ClusterNetwork;
  readonly bounds: Bounds;
  /** Encrypts the log groups; by default CloudWatch's own does. */
  readonly logKey?: IKey;
}

/** All functions of the system, each with its own role, log group and environment. */
export class DeployedFunctions extends Construct {
  /** What Cognito calls: a published version, so that provisioned concurrency can be set. */
  readonly profileManagerAlias: Alias;
  private readonly byFile = new Map<string, Function>();

  constructor(scope: Construct, id: string, props: DeployedFunctionsProps) {
    super(scope, id);
    for (const file of functionFiles) this.byFile.set(file, this.deploy(file, functionSpec(file), props));
    this.profileManagerAlias = this.function('profile-manager').addAlias(stackNames.profileManagerAlias);
  }

  /**
   * @param file name of the file in `tasks/` or of the folder in `lambda/`
   * @throws Error for a name that no `deployment.ts` has
   */
  function(file: string): Function {
    const found = this.byFile.get(file);
    if (!found) throw new Error(`no function ${file}: add it to the deployment.ts of its folder`);
    return found;
  }

  private deploy(file: FunctionFile, spec: DeployedFunction, props: DeployedFunctionsProps): Function {
    const scope = new Construct(this, file);
    const role = new Role(scope, 'role', {
      roleName: functionRoleName(file, Aws.REGION),
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Function ${functionName(file)}`,
    });
    const network = spec.reaches === 'cluster' ? props.network : undefined;
    grant(role, [
      ...commonPermissions(logGroupNames.function(file)),
      ...withinBounds(spec.permissions, props.bounds),
      ...(network ? networkPermissions : []),
    ]);
    const fn = new Function(scope, 'function', {
      functionName: functionName(file),
      description: spec.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(path.join(props.bundles, file), { exclude: ['*.map'] }),
      // A copy without its policy: the statements above are all there is.
      role: role.withoutPolicyUpdates(),
      timeout: Duration.seconds(spec.timeoutSeconds),
      memorySize: spec.memoryMb,
      tracing: Tracing.ACTIVE,
      logGroup: new LogGroup(scope, 'log', {
        logGroupName: logGroupNames.function(file),
        retention: RetentionDays.THREE_MONTHS,
        removalPolicy: RemovalPolicy.DESTROY,
        ...(props.logKey && { encryptionKey: props.logKey }),
      }),
      environment: {
        ...environmentOf(props.network, props.bounds),
        ...(network && proxyVariables(network)),
      },
    });
    dependOnPolicy(fn, role);
    if (network) {
      (fn.node.defaultChild as CfnFunction).vpcConfig = {
        subnetIds: [...network.subnetIds],
        securityGroupIds: [...network.securityGroupIds],
      };
    }
    Tags.of(scope).add('component', file);
    return fn;
  }
}

/** Every function gets the same names, so that moving code between functions changes no template. */
function environmentOf(network: ClusterNetwork | undefined, bounds: Bounds): Record<string, string> {
  const { hostedZoneIds = ['*'], clusterKeyArns = ['*'], buckets, rolePaths } = bounds;
  return {
    [environmentNames.registryTable]: stackNames.table,
    [environmentNames.profileManagerAliasArn]: arns.profileManagerAlias(),
    [environmentNames.profileManagerFunctionName]: functionName('profile-manager'),
    [environmentNames.notificationTopicArn]: arns.topic(),
    [environmentNames.eventBusName]: stackNames.eventBus,
    [environmentNames.clusterVpc]: network?.vpcId ?? 'none',
    [environmentNames.hostedZones]: hostedZoneIds.join(','),
    [environmentNames.clusterKeys]: clusterKeyArns.join(','),
    [environmentNames.archiveBuckets]: buckets.length === 0 ? 'none' : buckets.join(','),
    [environmentNames.rolePaths]: rolePaths.length === 0 ? 'none' : rolePaths.join(','),
    POWERTOOLS_LOG_LEVEL: 'INFO',
  };
}
