import type { KnownDeployment } from '../../adapters/aws/registry-overview';
import { formatElapsed } from './steps';
import { table } from './tables';

/** Every deployment with its latest run, a line each, and what to do where one failed. */
export function deploymentsText(deployments: readonly KnownDeployment[], now: number, flags: string): string {
  if (deployments.length === 0)
    return `no deployment is known; start one: kubeflow-eks start CONFIG${flags}\n`;
  const rows = deployments.map(({ name, registered, latest }) => [
    name,
    registered ? 'registered' : 'not registered',
    latest === undefined
      ? 'no run in 90 days'
      : `${latest.stateMachine.replace(/^.*-/, '')} ${latest.status.toLowerCase().replace('_', ' ')}`,
    latest === undefined ? '' : `${formatElapsed(now - Date.parse(latest.updatedAt))} ago`,
    latest?.failure === undefined
      ? ''
      : `${latest.failure.state === undefined ? '' : `${latest.failure.state}: `}${latest.failure.error}`,
  ]);
  const failed = deployments.find(({ latest }) => latest?.failure !== undefined);
  return (
    `${table(['deployment', '', 'latest run', '', 'failed'], rows)}\n` +
    (failed === undefined ? '' : `why, and what to do: kubeflow-eks status ${failed.name}${flags}\n`)
  );
}
