import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  DefinitionBody,
  LogLevel,
  QueryLanguage,
  StateMachine,
  StateMachineType,
  type IChainable,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { kubernetesGroups, stateMachineName, type BuildProject, type Workflow } from '../../core/naming';
import { destroy } from '../../workflows/destroy';
import { plan } from '../../workflows/plan';
import { provision } from '../../workflows/provision';
import { resync } from '../../workflows/resync';
import type { WorkflowResources } from '../../workflows/states';
import { builds } from '../builds';
import { functionSpec } from '../functions';
import { dependOnPolicy, forThisAccount, grant } from '../iam-statements';
import { arns, logGroupNames, workflowRoleName } from '../names';
import { workflowPermissions } from '../workflow-permissions';
import type { Builds } from './builds';
import type { DeployedFunctions } from './functions';

/**
 * A workflow, what it says of itself in the console, and how long one attempt may take, with builds that wait for their
 * place as long as they may. A redrive starts again.
 */
export const workflowSpecs: Record<
  Workflow,
  {
    define: (scope: Construct, resources: WorkflowResources) => IChainable;
    comment: string;
    timeoutHours: number;
  }
> = {
  provision: {
    define: provision,
    comment: 'From a configuration to a Kubeflow that asks for the corporate login',
    timeoutHours: 16,
  },
  plan: {
    define: plan,
    comment: 'What provision would create, change and leave for a configuration; changes nothing',
    timeoutHours: 16,
  },
  resync: {
    define: resync,
    comment: 'Brings access, DNS and SAML metadata of every deployment back in line',
    timeoutHours: 2,
  },
  destroy: {
    define: destroy,
    comment: 'Takes away what provision made, and nothing else',
    timeoutHours: 16,
  },
};

/** What {@link Workflows} connects. */
export interface WorkflowsProps {
  readonly functions: DeployedFunctions;
  readonly builds: Builds;
  /** Encrypts the log groups; by default CloudWatch's own does. */
  readonly logKey?: IKey;
}

/** The state machines. */
export class Workflows extends Construct {
  private readonly machines = new Map<string, StateMachine>();
  private readonly called: string[] = [];

  constructor(scope: Construct, id: string, props: WorkflowsProps) {
    super(scope, id);
    const resources = workflowResources(props.functions, props.builds);
    for (const name of Object.keys(workflowSpecs))
      this.machines.set(name, this.deploy(name as Workflow, resources, props.logKey));
  }

  machine(name: Workflow): StateMachine {
    const found = this.machines.get(name);
    if (!found) throw new Error(`no workflow ${name}`);
    return found;
  }

  /** The files of the tasks that the workflows call, in the order of their first use. */
  get calledTasks(): readonly string[] {
    return [...new Set(this.called)];
  }

  private deploy(name: Workflow, resources: WorkflowResources, logKey?: IKey): StateMachine {
    const scope = new Construct(this, name);
    const spec = workflowSpecs[name];
    const role = new Role(scope, 'role', {
      roleName: workflowRoleName(name),
      assumedBy: forThisAccount('states'),
      description: `Workflow ${stateMachineName(name)}`,
    });
    const calls = { tasks: new Set<string>(), builds: new Set<BuildProject>() };
    const body = DefinitionBody.fromChainable(
      spec.define(scope, {
        ...resources,
        task: (file) => {
          calls.tasks.add(file);
          return resources.task(file);
        },
        build: (project) => {
          calls.builds.add(project);
          return resources.build(project);
        },
      }),
    );
    grant(role, workflowPermissions(name, calls));
    const machine = new StateMachine(scope, 'machine', {
      stateMachineName: stateMachineName(name),
      stateMachineType: StateMachineType.STANDARD,
      comment: spec.comment,
      definitionBody: body,
      queryLanguage: QueryLanguage.JSONATA,
      role: role.withoutPolicyUpdates(),
      timeout: Duration.hours(spec.timeoutHours),
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(scope, 'log', {
          logGroupName: logGroupNames.workflow(name),
          retention: RetentionDays.THREE_MONTHS,
          removalPolicy: RemovalPolicy.DESTROY,
          ...(logKey && { encryptionKey: logKey }),
        }),
        level: LogLevel.ALL,
        // Inputs and outputs carry addresses of people (notification, access rules): they stay in the history.
        includeExecutionData: false,
      },
    });
    dependOnPolicy(machine, role);
    this.called.push(...calls.tasks);
    return machine;
  }
}

function workflowResources(functions: DeployedFunctions, projects: Builds): WorkflowResources {
  return {
    task: (file) => functions.function(file),
    taskTimeout: (file) => functionSpec(file).timeoutSeconds,
    build: (name) => projects.project(name),
    buildTimeout: (name) => builds[name].timeoutMinutes + builds[name].queuedMinutes,
    triggerArn: arns.profileManagerAlias(),
    clusterAccess: [
      {
        principalArn: arns.functionRole('profile-manager'),
        kubernetesGroups: [kubernetesGroups.profileManager],
      },
      {
        principalArn: arns.functionRole('reconcile-access'),
        kubernetesGroups: [kubernetesGroups.profileManager],
      },
      { principalArn: arns.functionRole('await-ingress'), kubernetesGroups: [kubernetesGroups.observer] },
    ],
  };
}
