import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../core/errors';
import type { KubeClient, KubeObject } from '../kubernetes/kube-client';
import { Informer } from '../kubernetes/stand-ins/informer';
import { LatestWork } from '../kubernetes/stand-ins/latest-work';
import type { RunningDriver } from './driver-programs';
import { driverName } from './installed-objects';

export interface FollowOptions {
  /** The administrator's. */
  client: KubeClient;
  /** Starts the driver. Tried again when it rejects, and when the driver ends. */
  start: (signal: AbortSignal) => Promise<RunningDriver>;
  onLine: (line: string) => void;
}

const identity = { user: 'local:efs-driver', groups: ['system:masters'] };
const classes = '/apis/storage.k8s.io/v1/storageclasses';
const volumes = '/api/v1/persistentvolumes';
const restartMs = 1000;

interface StorageObject extends KubeObject {
  provisioner?: string;
  spec?: { csi?: { driver?: string } };
}

/**
 * Runs the driver of EFS from the first storage class or volume of it on, as pods of the add-on would: the add-on stays when the class
 * goes. One that has ended is started again.
 */
export function followSharedVolumes({ client: administrator, start, onLine }: FollowOptions): {
  stop(): Promise<void>;
} {
  const client = administrator.as(identity, 'driver of EFS (of the local region)');
  const stopping = new AbortController();
  const { signal } = stopping;
  let wanted = false;
  let running: RunningDriver | undefined;

  const reconcile = async (): Promise<void> => {
    if (!wanted || running !== undefined) return;
    const driver = await start(signal);
    running = driver;
    onLine('the driver of EFS is started');
    void driver.ended.then(async () => {
      if (signal.aborted) return;
      onLine('the driver of EFS ended; it is started again');
      await driver.stop();
      running = undefined;
      await delay(restartMs, undefined, { signal }).catch(() => undefined);
      work.look();
    });
  };
  const work = new LatestWork({
    reconcile,
    onError: (error) => {
      onLine(`the driver of EFS could not be started: ${messageOf(error)}; trying again`);
    },
    signal,
  });
  const informers = [classes, volumes].map(
    (path) =>
      new Informer(client, path, (object, deleted) => {
        const { provisioner, spec } = object as StorageObject;
        if (deleted || ![provisioner, spec?.csi?.driver].includes(driverName)) return;
        wanted = true;
        work.look();
      }),
  );
  const following = Promise.all(informers.map((informer) => informer.run(signal)));
  return {
    stop: async () => {
      stopping.abort();
      await following;
      await work.idle;
      await running?.stop();
      client.close();
    },
  };
}
