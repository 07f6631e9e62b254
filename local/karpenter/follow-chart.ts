import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../core/errors';
import { Informer } from '../kubernetes/stand-ins/informer';
import { LatestWork } from '../kubernetes/stand-ins/latest-work';
import type { KubeClient } from '../kubernetes/kube-client';
import type { Child } from '../processes/child';
import type { Installed } from './installed';

export interface FollowOptions {
  /** The administrator's. */
  client: KubeClient;
  /** Starts the controller for an installation. Tried again when it rejects, and when the controller ends. */
  start: (installed: Installed, signal: AbortSignal) => Promise<Child>;
  onLine: (line: string) => void;
}

/** A controller that runs while its chart is installed. */
export interface Followed {
  stop(): Promise<void>;
}

const path = '/apis/apps/v1/namespaces/kube-system/deployments?fieldSelector=metadata.name%3Dkarpenter';
const identity = { user: 'local:karpenter', groups: ['system:masters'] };
/** A kubelet begins with ten seconds, and nothing here would be served by that. */
const restartMs = 1000;

/**
 * Runs Karpenter's controller while its Deployment is there and has a ready pod, as the pods of the Deployment would: another
 * pod template starts it anew, one that ended is started again, and with the Deployment it goes.
 */
export function followKarpenter(options: FollowOptions): Followed {
  const { start, onLine } = options;
  const client = options.client.as(identity, 'karpenter (of the local region)');
  const stopping = new AbortController();
  const { signal } = stopping;
  let wanted: Installed | undefined;
  let running: { template: string; child: Child } | undefined;

  const stopRunning = async (): Promise<void> => {
    const { child } = running ?? {};
    running = undefined;
    await child?.stop(5000);
  };
  const reconcile = async (): Promise<void> => {
    const template = wanted && templateOf(wanted);
    if (running?.child.running === true && running.template === template) return;
    await stopRunning();
    if (wanted === undefined || template === undefined) return;
    const child = await start(wanted, signal);
    running = { template, child };
    onLine('Karpenter is started');
    void child.exited.then(async () => {
      if (signal.aborted || running?.child !== child) return;
      onLine('Karpenter ended; it is started again');
      await delay(restartMs, undefined, { signal }).catch(() => undefined);
      work.look();
    });
  };
  const work = new LatestWork({
    reconcile,
    onError: (error) => {
      onLine(`Karpenter could not be started: ${messageOf(error)}; trying again`);
    },
    signal,
  });
  const informer = new Informer(client, path, (object, deleted) => {
    const installed = object as Installed;
    wanted = deleted || (installed.status?.readyReplicas ?? 0) === 0 ? undefined : installed;
    work.look();
  });
  const following = informer.run(signal);
  return {
    stop: async () => {
      stopping.abort();
      await following;
      await work.idle;
      await stopRunning();
      client.close();
    },
  };
}

function templateOf({ spec }: Installed): string {
  return JSON.stringify(spec.template);
}
