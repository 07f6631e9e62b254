import type { KubeClient, KubeObject } from '../kube-client';
import { Informer } from './informer';
import { messageOf } from '../../../core/errors';
import { speaker, type StandIn, type StandInOptions } from './stand-in';
import { WorkQueue } from './work-queue';

/** What {@link startController} works with. */
export interface ControllerOptions<Collection extends string> extends StandInOptions {
  /** Who speaks in the log: `certificate-status`. */
  name: string;
  /** Whom it acts as. */
  identity: { user: string; groups: string[] };
  /** The collections that it looks after: `/apis/apps/v1/deployments`. */
  collections: readonly Collection[];
  /** What an object is called where its reconciliation fails; by default as `namespace/name`. */
  describe?: (collection: Collection, object: KubeObject) => string;
  /**
   * Brings one object to what it should be; called after each change of it, and again later where it rejects.
   *
   * @param object as it was seen last; one that is gone is not worked on
   */
  reconcile: (object: KubeObject, at: Place<Collection>) => Promise<void>;
}

/** Where an object is, and what to change it with. */
export interface Place<Collection extends string = string> {
  collection: Collection;
  /** The object's own path on the API server. */
  path: string;
  client: KubeClient;
  say: (text: string) => void;
}

/** A stand-in that is at work. */
export interface Controller<Collection extends string> extends StandIn {
  /** Has an object looked at again, if it is there, though nothing about it changed in the cluster. */
  readonly lookAgain: (collection: Collection, name: string, namespace?: string) => void;
  /** The same for all objects of a collection. */
  readonly lookAtAll: (collection: Collection) => void;
}

/** Watches collections and reconciles their objects one by one, under a name of its own, until it is stopped. */
export function startController<Collection extends string>(
  options: ControllerOptions<Collection>,
): Controller<Collection> {
  const { name, identity, collections, describe = qualifiedName, reconcile } = options;
  const say = speaker(name, options.onLine);
  const stopping = new AbortController();
  const { signal } = stopping;
  const client = options.client.as(identity, `${name} (stand-in)`);
  const find = (key: string): { collection: Collection; object: KubeObject | undefined } => {
    const [collection, namespace, object] = key.split(separator) as [Collection, string, string];
    return { collection, object: informers.get(collection)?.get(object, namespace) };
  };

  const queue = new WorkQueue({
    signal,
    reconcile: async (key) => {
      const { collection, object } = find(key);
      if (object === undefined) return;
      await reconcile(object, { collection, path: pathIn(collection, object), client, say });
    },
    onError: (key, error) => {
      const { collection, object } = find(key);
      const what = object === undefined ? 'an object that is gone' : describe(collection, object);
      say(`${what}: ${messageOf(error)}; trying again`);
    },
  });
  const informers = new Map(
    collections.map((collection) => [
      collection,
      new Informer(
        client,
        collection,
        ({ metadata }) => {
          queue.add(keyOf(collection, metadata.name, metadata.namespace));
        },
        (error) => {
          say(messageOf(error));
        },
      ),
    ]),
  );

  const all = [...informers.values()];
  const running = Promise.all(all.map(async (informer) => informer.run(signal)));
  return {
    ready: Promise.all(all.map(async ({ synced }) => synced)).then(() => undefined),
    lookAgain: (collection, object, namespace) => {
      queue.add(keyOf(collection, object, namespace));
    },
    lookAtAll: (collection) => {
      for (const { metadata } of informers.get(collection)?.values() ?? []) {
        queue.add(keyOf(collection, metadata.name, metadata.namespace));
      }
    },
    stop: async () => {
      stopping.abort();
      await running;
      client.close();
    },
  };
}

/** In no path and no name. */
const separator = ' ';

function keyOf(collection: string, name: string, namespace = ''): string {
  return [collection, namespace, name].join(separator);
}

function qualifiedName(_collection: string, { metadata: { namespace, name } }: KubeObject): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** An object's path: `/apis/apps/v1/deployments` lists those of all namespaces, each is below its own. */
export function pathIn(
  collection: string,
  { metadata: { namespace, name } }: Pick<KubeObject, 'metadata'>,
): string {
  if (namespace === undefined) return `${collection}/${name}`;
  const at = collection.lastIndexOf('/');
  return `${collection.slice(0, at)}/namespaces/${namespace}${collection.slice(at)}/${name}`;
}
