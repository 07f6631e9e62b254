import { errorKind } from '../../core/errors';
import { unknownDeployment } from '../../core/naming';

export interface Failed {
  deployment: string;
  executionArn: string;
  region: string;
  status: 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  error: string;
}

/** Errors whose remedy is another input. A redrive would use the same again. */
const needsNewInput = new Set(['InvalidConfiguration']);

/** What an operator does next, with the command to copy. */
export function adviceFor(failed: Failed): string {
  const { deployment, executionArn, region, status, error } = failed;
  const byArn = `aws stepfunctions redrive-execution --execution-arn ${executionArn} --region ${region}`;
  const retry =
    deployment === unknownDeployment
      ? `\`${byArn}\``
      : `\`kubeflow-eks retry ${deployment}\` (or \`${byArn}\`)`;
  const within = 'within 14 days; it goes on at the step that failed, and what is done is not done again';
  const restart =
    'If the remedy is a change of the configuration, start a new execution with the corrected file instead ' +
    '(`kubeflow-eks start FILE`): it keeps what is there.';

  if (needsNewInput.has(error)) {
    return 'Correct the configuration (`kubeflow-eks validate FILE` lists every problem) and start a new execution with `kubeflow-eks start FILE`. A retry would use the same input again.';
  }
  // A resync keeps no progress: its redrive would end where it has ended (docs/adr/0021-resync-collects-failures.md).
  if (error === 'ResyncIncomplete') {
    return 'Do what the cause says for each deployment that it names, then bring it in line with `kubeflow-eks resync NAME`; the next scheduled resync does it too.';
  }
  if (error === 'LockLost') {
    return 'Another execution has worked on this deployment since. Do not retry this one: when nobody works on it, start a new execution with `kubeflow-eks start FILE` (or destroy); it keeps what is there.';
  }
  if (status === 'ABORTED') return `It was stopped by hand. To go on: ${retry}, ${within}.`;
  if (status === 'TIMED_OUT')
    return `It took longer than the workflow may. Look at the step named above, then ${retry}, ${within}.`;
  switch (errorKind(error)) {
    case 'user':
      return `Do what the cause says, then ${retry}, ${within}. ${restart}`;
    case 'transient':
      return `The service or network named in the cause failed repeatedly. When it is well again: ${retry}, ${within}.`;
    case 'not-ready':
      return `What the step waits for did not come in time. See the cause for what it is; then wait again with ${retry}, ${within}.`;
    case 'conflict':
      return error === 'DeploymentLocked'
        ? 'Another execution works on this deployment. Wait until it has ended, then start this one again.'
        : `Something that this system did not make is in the way; the cause names it. Rename or remove it, then ${retry}, ${within}. ${restart}`;
    case undefined:
      return `Read the cause (for a build: its log), remove what it names, then ${retry}, ${within}. ${restart}`;
  }
}
