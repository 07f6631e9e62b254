import type { TaskState } from '../definition/types';
import { exceedsPayload } from '../execution/limits';
import type { Failure } from '../language/errors';
import type { StateContext } from './context';
import { defined } from '../defined';

/** What a task's fields say beside its arguments. */
export interface TaskSettings {
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
  /** The role of Credentials. It is shown, not assumed: the region has no roles to check. */
  readonly roleArn: string | undefined;
}

/** The events of a task's attempt. A Lambda function named by its own ARN has a family of events of its own. */
export interface TaskEvents {
  scheduled(argumentsText: string, settings: TaskSettings): void;
  submitted(output: unknown): void;
  succeeded(outputText: string): void;
  failed(failure: Failure): void;
  timedOut(failure: Failure): void;
}

export function taskEvents(context: StateContext<TaskState>, service: string, resource: string): TaskEvents {
  const { run, scope } = context;
  const lambda = service === 'lambda-function';
  const family = lambda ? 'LambdaFunction' : 'Task';
  const type = { resourceType: service, resource: actionOf(resource) };
  const common = lambda ? {} : type;
  const append = (suffix: string, details: Record<string, unknown>): void => {
    run.append(scope, `${family}${suffix}`, Object.keys(details).length === 0 ? undefined : details);
  };
  return {
    scheduled(argumentsText, { timeoutSeconds, heartbeatSeconds, roleArn }) {
      append('Scheduled', {
        ...(lambda
          ? { resource, input: argumentsText }
          : { ...type, region: run.record.stateMachineArn.split(':')[3], parameters: argumentsText }),
        ...defined({ timeoutInSeconds: timeoutSeconds }),
        ...(heartbeatSeconds === undefined || lambda ? {} : { heartbeatInSeconds: heartbeatSeconds }),
        ...(roleArn !== undefined && { taskCredentials: { roleArn } }),
      });
      append('Started', common);
    },
    submitted(output) {
      const text = JSON.stringify(output ?? {});
      append('Submitted', { ...common, ...(exceedsPayload(text) ? {} : { output: text }) });
    },
    succeeded(output) {
      append('Succeeded', { ...common, output });
    },
    failed(failure) {
      append('Failed', { ...common, ...failureDetails(failure) });
    },
    timedOut(failure) {
      append('TimedOut', { ...common, ...failureDetails(failure) });
    },
  };
}

/** `invoke` of `arn:aws:states:::lambda:invoke`; `startBuild.sync`; `getObject` of `…:aws-sdk:s3:getObject`. */
function actionOf(resource: string): string {
  const parts = resource.split(':').slice(5);
  return (parts[0] === 'aws-sdk' ? parts.slice(2) : parts.slice(1)).join(':');
}

export function failureDetails(failure: Failure): Record<string, string> {
  return {
    ...defined({ error: failure.error, cause: failure.cause }),
  };
}
