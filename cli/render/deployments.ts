import type { KnownDeployment } from '../../adapters/aws/registry-overview';
import { driftText } from './known-drift';
import { formatElapsed } from './steps';
import { table } from './tables';

/** Every deployment with its latest run, a line each, and what to do where one failed. */
export function deploymentsText(deployments: readonly KnownDeployment[], now: number, flags: string): string {
  if (deployments.length === 0)
    return `no deployment is known; start one: kubeflow-eks start CONFIG${flags}\n`;
  const rows = deployments.map(({ name, registered, latest, resync, drift }) => [
    name,
    registered ? 'registered' : 'not registered',
    latest === undefined
      ? 'no run in 90 days'
      : `${latest.stateMachine.replace(/^.*-/, '')} ${latest.status.toLowerCase().replace('_', ' ')}`,
    latest === undefined ? '' : `${formatElapsed(now - Date.parse(latest.updatedAt))} ago`,
    latest?.failure === undefined
      ? ''
      : `${latest.failure.state === undefined ? '' : `${latest.failure.state}: `}${latest.failure.error}`,
    resync === undefined
      ? ''
      : `${resync.status} ${formatElapsed(now - Date.parse(resync.recordedAt))} ago` +
        (resync.warnings.length === 0 ? '' : `, ${resync.warnings.length} to look at`),
    drift === undefined || !registered
      ? ''
      : driftText(drift, now, latest === undefined ? undefined : Date.parse(latest.updatedAt)),
  ]);
  const unsynced = deployments.find(({ resync }) => resync?.status === 'failed');
  const drifted = deployments.find(({ drift }) => drift !== undefined && drift.changes > 0);
  const failed = deployments.find(({ latest }) => latest?.failure !== undefined);
  return (
    `${table(['deployment', '', 'latest run', '', 'failed', 'last resync', 'drift'], rows)}\n` +
    (failed === undefined ? '' : `why, and what to do: kubeflow-eks status ${failed.name}${flags}\n`) +
    (unsynced?.resync === undefined
      ? ''
      : `the resync of ${unsynced.name} failed (${unsynced.resync.reason}): kubeflow-eks status ${unsynced.resync.executionArn}${flags}\n`) +
    (drifted === undefined ? '' : `what differs: kubeflow-eks plan ${drifted.name}${flags}\n`)
  );
}
