import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  BuildSpec,
  ComputeType,
  LinuxArmBuildImage,
  Project,
  Source,
  type CfnProject,
  type BuildEnvironmentVariable,
} from 'aws-cdk-lib/aws-codebuild';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { IKey, Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { defined } from '../../core/defined';
import { environmentNames } from '../../core/environment';
import type { TemplateVariables } from '../../core/handover/build-environment';
import { buildProjectName, stackNames, type BuildProject } from '../../core/naming';
import { withinBounds } from '../bounds';
import { buildNetworkPermissions, buildPermissions, commonBuildPermissions } from '../build-permissions';
import { buildProjects, builds, buildspecPath } from '../builds';
import { withinBoundary } from '../iam-role-permissions';
import { dependOnPolicy, forThisAccount, grant } from '../iam-statements';
import { arns, buildRoleName, logGroupNames } from '../names';
import type { Bounds, ClusterNetwork } from '../options';
import { proxyVariables } from './cluster-network';

/** What {@link Builds} needs to know. */
export interface BuildsProps {
  /** Folder with `<project>/buildspec.yml` and all that the builds run: it becomes their source. */
  readonly source: string;
  readonly key: Key;
  readonly network?: ClusterNetwork;
  readonly bounds: Bounds;
  /** Encrypts the log groups; by default CloudWatch's own does. */
  readonly logKey?: IKey;
  /** The permissions boundary that every role of a cluster must have. */
  readonly permissionsBoundaryArn?: string;
  /** Variables of all builds, beyond those that every stack has. */
  readonly settings?: TemplateVariables;
}

/** The CodeBuild projects. */
export class Builds extends Construct {
  private readonly projects = new Map<BuildProject, Project>();

  constructor(scope: Construct, id: string, props: BuildsProps) {
    super(scope, id);
    const source = new Asset(this, 'source', { path: props.source, exclude: ['*.map'] });
    for (const name of buildProjects) this.projects.set(name, this.deploy(name, source, props));
  }

  project(name: BuildProject): Project {
    const found = this.projects.get(name);
    if (!found) throw new Error(`no build ${name}: add it to infra/builds.ts`);
    return found;
  }

  private deploy(name: BuildProject, source: Asset, props: BuildsProps): Project {
    const scope = new Construct(this, name);
    const role = new Role(scope, 'role', {
      roleName: buildRoleName(name),
      assumedBy: forThisAccount('codebuild'),
      description: `Build ${buildProjectName(name)}`,
    });
    const { permissionsBoundaryArn: boundary } = props;
    const permissions = withinBounds(buildPermissions[name], props.bounds);
    grant(role, [
      ...commonBuildPermissions(name),
      ...(boundary === undefined ? permissions : withinBoundary(permissions, boundary)),
      ...(props.network ? buildNetworkPermissions : []),
    ]);
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:GetObject', 's3:GetObjectVersion'],
        resources: [source.bucket.arnForObjects(source.s3ObjectKey)],
      }),
    );
    const project = new Project(scope, 'project', {
      projectName: buildProjectName(name),
      description: builds[name].description,
      role: role.withoutPolicyUpdates(),
      encryptionKey: props.key,
      source: Source.s3({ bucket: source.bucket, path: source.s3ObjectKey }),
      buildSpec: readBuildSpec(path.join(props.source, buildspecPath(name))),
      environment: {
        buildImage: LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_3_0,
        computeType: ComputeType.SMALL,
      },
      environmentVariables: environmentOf({
        ...props.settings,
        ...(props.network && proxyVariables(props.network)),
      }),
      timeout: Duration.minutes(builds[name].timeoutMinutes),
      queuedTimeout: Duration.minutes(builds[name].queuedMinutes),
      logging: {
        cloudWatch: {
          logGroup: new LogGroup(scope, 'log', {
            logGroupName: logGroupNames.build(name),
            retention: RetentionDays.THREE_MONTHS,
            removalPolicy: RemovalPolicy.DESTROY,
            ...(props.logKey && { encryptionKey: props.logKey }),
          }),
        },
      },
    });
    if (props.network) {
      (project.node.defaultChild as CfnProject).vpcConfig = {
        vpcId: props.network.vpcId,
        subnets: [...props.network.subnetIds],
        securityGroupIds: [...props.network.securityGroupIds],
      };
    }
    dependOnPolicy(project, role);
    return project;
  }
}

/**
 * Roles that need administrator access entries, those of the builds that install into the cluster and take it down, and
 * the table that has the lock.
 */
function environmentOf(settings: BuildsProps['settings'] = {}): Record<string, BuildEnvironmentVariable> {
  const variables: TemplateVariables = {
    ...settings,
    KUBEFLOW_BUILD_ROLE_ARN: arns.buildRole('kubeflow'),
    TEARDOWN_BUILD_ROLE_ARN: arns.buildRole('teardown'),
    [environmentNames.registryTable]: stackNames.table,
  };
  return Object.fromEntries(Object.entries(defined(variables)).map(([name, value]) => [name, { value }]));
}

/** Read here so that a broken one fails the synthesis, and so that the template shows what will run. */
function readBuildSpec(file: string): BuildSpec {
  return BuildSpec.fromObjectToYaml(parse(fs.readFileSync(file, 'utf8')) as Record<string, unknown>);
}
