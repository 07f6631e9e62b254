import { Abandoned } from '../clock/clock';
import { TaskError } from '../language/errors';
import type { AwsApi } from './aws-api';
import type { TaskIntegration, TaskRequest } from './integration';
import { sdkMetadata } from './sdk-metadata';

/** How long between two looks at a build that runs. */
const pollIntervalMs = 5000;

/**
 * Builds: `codebuild:startBuild` starts one, `.sync` also waits until it has ended and stops it if the task is stopped.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-codebuild.html
 */
export function codeBuildIntegration(aws: AwsApi): TaskIntegration {
  return {
    async call(request) {
      const call = (
        action: string,
        parameters: unknown,
        signal = request.signal,
      ): ReturnType<AwsApi['call']> =>
        aws.call({
          service: 'codebuild',
          action,
          arguments: parameters,
          signal,
          errorPrefix: 'CodeBuild',
          dates: 'millis',
        });
      if (request.pattern !== 'sync') {
        const answer = await call(request.action, request.arguments);
        return { ...answer.output, ...sdkMetadata(answer) };
      }
      if (request.action !== 'startBuild') {
        throw new TaskError(
          'States.Runtime',
          `codebuild:${request.action}.sync is not an integration of this region`,
        );
      }
      const id = typeof request.remembered === 'string' ? request.remembered : await start(request, call);
      const stopOnAbort = (): void => {
        // A process that is killed leaves the build running.
        if (!(request.signal.reason instanceof Abandoned)) {
          call('stopBuild', { Id: id }, new AbortController().signal).catch(() => undefined);
        }
      };
      request.signal.addEventListener('abort', stopOnAbort, { once: true });
      try {
        return await end(request, call, id);
      } finally {
        request.signal.removeEventListener('abort', stopOnAbort);
      }
    },
  };
}

type Call = (action: string, parameters: unknown) => ReturnType<AwsApi['call']>;

async function start(request: TaskRequest, call: Call): Promise<string> {
  const answer = await call('startBuild', request.arguments);
  const { Id: id } = answer.output['Build'] as { Id: string };
  request.remember(id);
  request.submitted({ ...answer.output, ...sdkMetadata(answer) });
  return id;
}

async function end(request: TaskRequest, call: Call, id: string): Promise<unknown> {
  for (;;) {
    const { output } = await call('batchGetBuilds', { Ids: [id] });
    const build = (output['Builds'] as { BuildStatus?: string }[] | undefined)?.[0];
    if (build === undefined)
      throw new TaskError('States.TaskFailed', `The build ${id} does not exist (any more)`);
    if (build.BuildStatus === 'SUCCEEDED') return { Build: build };
    if (build.BuildStatus !== 'IN_PROGRESS') {
      throw new TaskError('States.TaskFailed', JSON.stringify({ Build: build }));
    }
    await request.clock.pollPause(pollIntervalMs);
  }
}
