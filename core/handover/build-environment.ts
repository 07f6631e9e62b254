import type { BuildConfiguration } from '../configuration';
import type { BuildProject } from '../naming';
import type { BuildCluster } from './cluster';
import type { Network } from './found';
import type { BuildIdentity } from './identity';

/** JSON documents that a workflow hands to a build, by variable. CodeBuild takes 4,096 characters in one. */
export interface BuildDocuments {
  CONFIGURATION: BuildConfiguration;
  FOUND: Network;
  IDENTITY: BuildIdentity;
  CLUSTER: BuildCluster;
}

/** The documents that the build of a project is started with. */
export const buildDocuments = {
  cluster: ['CONFIGURATION', 'FOUND'],
  kubeflow: ['CONFIGURATION', 'FOUND', 'IDENTITY', 'CLUSTER'],
  teardown: ['CONFIGURATION', 'FOUND'],
} as const satisfies Record<BuildProject, readonly (keyof BuildDocuments)[]>;

/** Names of the documents of a project. */
export type DocumentOf<Project extends BuildProject> = (typeof buildDocuments)[Project][number];

/** Texts that a workflow hands to a build. */
interface WorkflowTexts {
  /** `plan`: say what would be done, and do nothing. */
  MODE?: string | undefined;
  /** The access rules that decide on quotas, as JSON; to a plan alone, which compares them with the Profiles there are. */
  ACCESS?: string | undefined;
  /** The execution that has the lock of the deployment; missing in a build that no workflow started. */
  EXECUTION_ARN?: string | undefined;
}

/** Variables that the stack's template sets on every project. */
export interface TemplateVariables {
  REGISTRY_TABLE?: string | undefined;
  /** Roles that get access entries of the cluster: those of the builds that work in it. */
  KUBEFLOW_BUILD_ROLE_ARN?: string | undefined;
  TEARDOWN_BUILD_ROLE_ARN?: string | undefined;
  /** How long each component may take to become ready, in seconds, instead of its own bound. */
  COMPONENT_TIMEOUT_SECONDS?: string | undefined;
  /** Folder (`s3://bucket/folder` or https) with the files that builds download, for want of egress. */
  KUBEFLOW_EKS_TOOLS_MIRROR?: string | undefined;
}

/** What a rehearsal sets besides: stand-ins for what is downloaded, and shorter intervals. */
interface RehearsalVariables {
  /** `preinstalled`: the tools are on the PATH. */
  KUBEFLOW_EKS_TOOLS?: string | undefined;
  /** Between two looks at something under way, in seconds. */
  KUBEFLOW_EKS_POLL_SECONDS?: string | undefined;
  /** How long what a dead controller should do is waited for, in seconds, instead of each wait's own bound. */
  KUBEFLOW_EKS_PATIENCE_SECONDS?: string | undefined;
  /** Folder with the charts. */
  KUBEFLOW_EKS_CHARTS?: string | undefined;
  /** Folder with the archives of the distribution. */
  KUBEFLOW_DISTRIBUTION_MIRROR?: string | undefined;
}

/** What CodeBuild sets. */
interface CodeBuildVariables {
  /** Folder of the build's source. */
  CODEBUILD_SRC_DIR?: string | undefined;
  AWS_REGION?: string | undefined;
}

/** Every variable that a build reads; documents as JSON text. */
export type BuildEnvironment = Readonly<
  Partial<Record<keyof BuildDocuments, string | undefined>> &
    WorkflowTexts &
    TemplateVariables &
    RehearsalVariables &
    CodeBuildVariables
>;

/** Variables that a build exports to its workflow (`exported-variables` of the build specifications). */
export const exportedVariables = {
  /** The plan, as JSON, in plan mode. */
  plan: 'PLAN',
  /** `<error name>: <message>` of a build that failed. */
  failure: 'FAILURE',
  /** What the teardown has left, as JSON. */
  left: 'LEFT',
  /** What the build has seen of assumptions about AWS, as JSON. */
  assumptions: 'ASSUMPTIONS',
} as const;

/**
 * The environment of a build as what it is. Spelling a variable wrong does not compile.
 *
 * @example buildEnvironment().COMPONENT_TIMEOUT_SECONDS
 */
export function buildEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): BuildEnvironment {
  return environment;
}
