import type { KubeClient } from '../kube-client';
import { LatestWork } from '../stand-ins/latest-work';
import { messageOf } from '../../../core/errors';
import { speaker, type StandIn, type StandInOptions } from '../stand-ins/stand-in';

/** Nodes that follow what is outside of the cluster. */
export interface NodeFollower extends StandIn {
  /** Told that what they follow may be otherwise now. */
  readonly changed: () => void;
}

/**
 * Brings the cluster's nodes to what there is, at first and whenever it is told of a change.
 *
 * @param name in its lines, and with `local:` before it the user that the audit log has
 * @param reconcile does it once; a rejection is tried again
 */
export function followWithNodes(
  name: string,
  options: StandInOptions,
  reconcile: (client: KubeClient, say: (text: string) => void) => Promise<void>,
): NodeFollower {
  const say = speaker(name, options.onLine);
  const client = options.client.as(
    { user: `local:${name}`, groups: ['system:masters'] },
    `${name} (stand-in)`,
  );
  const stopping = new AbortController();
  const work = new LatestWork({
    reconcile: async () => reconcile(client, say),
    onError: (error) => {
      say(`${messageOf(error)}; trying again`);
    },
    signal: stopping.signal,
  });
  work.look();
  return {
    ready: work.idle,
    changed: work.look,
    stop: async () => {
      stopping.abort();
      await work.idle;
      client.close();
    },
  };
}
