import { KubeError, NotServed, type KubeObject } from '../kube-client';
import { Informer } from './informer';
import {
  finalizer,
  namespaceOf,
  objectsOf,
  ownerAnnotation,
  profileApiVersion,
  type Profile,
} from './profile-objects';
import { messageOf } from '../../../core/errors';
import { includes, speaker, type StandIn, type StandInOptions } from './stand-in';
import { WorkQueue } from './work-queue';

const profilesCollection = `/apis/${profileApiVersion}/profiles`;
/** Whom the real controller runs as. */
const identity = {
  user: 'system:serviceaccount:kubeflow:profiles-controller-service-account',
  groups: ['system:masters'],
};
const ownedCollections = {
  Namespace: '/api/v1/namespaces',
  ServiceAccount: '/api/v1/serviceaccounts',
  RoleBinding: '/apis/rbac.authorization.k8s.io/v1/rolebindings',
  ResourceQuota: '/api/v1/resourcequotas',
  AuthorizationPolicy: '/apis/security.istio.io/v1/authorizationpolicies',
};

/**
 * Stands in for Kubeflow's profile controller, whose image cannot run where there are no nodes. It makes exactly that
 * controller's objects, and shares its habits: a namespace that exists without the Profile's owner in its annotation
 * is refused, a changed owner is ignored, an edited or deleted object comes back, and a deleted Profile takes its
 * namespace along (through the garbage collector). Where Istio's API is not served, the policy is left out.
 */
export function startProfileController({ client: admin, onLine }: StandInOptions): StandIn {
  const say = speaker('profile-controller', onLine);
  const stopping = new AbortController();
  const { signal } = stopping;
  const client = admin.as(identity, 'profile-controller (stand-in)');
  const complain = (error: unknown): void => {
    say(messageOf(error));
  };

  const queue = new WorkQueue({
    signal,
    reconcile: async (name) => reconcile(name),
    onError: (name, error) => {
      // Somebody else wrote first: no news.
      if (error instanceof KubeError && error.status === 409) return;
      say(`profile ${name}: ${messageOf(error)}; trying again`);
    },
  });
  const profiles = new Informer(
    client,
    profilesCollection,
    ({ metadata }) => {
      queue.add(metadata.name);
    },
    complain,
  );
  const all = (): void => {
    for (const { metadata } of profiles.values()) queue.add(metadata.name);
  };
  const ofOwner = (object: KubeObject): void => {
    const owners = (object.metadata.ownerReferences ?? []) as { kind: string; name: string }[];
    for (const { kind, name } of owners) if (kind === 'Profile') queue.add(name);
    // A namespace in a Profile's way may have gone, or been given to it.
    if (object.metadata.namespace === undefined) queue.add(object.metadata.name);
  };
  const owned = new Map(
    Object.entries(ownedCollections).map(([kind, path]) => [
      kind,
      new Informer(client, path, ofOwner, complain, all),
    ]),
  );
  const informers = [profiles, ...owned.values()];
  const ready = Promise.all(informers.map(async ({ synced }) => synced)).then(() => undefined);

  async function reconcile(name: string): Promise<void> {
    await ready;
    const profile = profiles.get(name) as Profile | undefined;
    const owner = profile?.spec?.owner;
    if (profile === undefined || owner === undefined) return;
    if (profile.metadata.deletionTimestamp !== undefined) {
      await setFinalizers(
        profile,
        (profile.metadata.finalizers ?? []).filter((one) => one !== finalizer),
      );
      return;
    }
    const namespace = owned.get('Namespace')?.get(name);
    if (namespace !== undefined && namespace.metadata.annotations?.[ownerAnnotation] !== owner.name) {
      await refuse(profile, 'namespace already exists, but is not owned by the profile owner');
      return;
    }
    // Nothing can be made in a namespace that is going away; its end is an event, which brings us back.
    if (namespace?.metadata.deletionTimestamp !== undefined) return;
    await ensure(namespaceOf(profile, owner, namespace), name);
    for (const object of objectsOf(profile, owner)) await ensure(object, name);
    if (!profile.metadata.finalizers?.includes(finalizer)) {
      await setFinalizers(profile, [...(profile.metadata.finalizers ?? []), finalizer]);
      say(`profile ${name} of ${owner.name} is complete`);
    }
  }

  async function ensure(desired: KubeObject, profile: string): Promise<void> {
    const { kind = '', metadata } = desired;
    const actual = owned.get(kind)?.get(metadata.name, metadata.namespace);
    if (actual !== undefined && includes(actual, withoutType(desired))) return;
    const after = await applyIfServed(desired);
    if (after === undefined) return;
    // The API server writes quantities in its own way (1024Mi is 1Gi): such a difference is none to it either.
    if (after.metadata.resourceVersion === actual?.metadata.resourceVersion) return;
    say(`profile ${profile}: ${actual === undefined ? 'made' : 'repaired'} ${kind} ${metadata.name}`);
  }

  async function applyIfServed(desired: KubeObject): Promise<KubeObject | undefined> {
    try {
      return await client.apply(desired, 'profile-controller');
    } catch (error) {
      // What is listed already may be in the API server's discovery only a moment later: that is tried again.
      const isOptional = desired.kind === 'AuthorizationPolicy' && owned.get(desired.kind)?.served === false;
      if (error instanceof NotServed && isOptional) return undefined;
      throw error;
    }
  }

  async function setFinalizers({ metadata }: Profile, finalizers: string[]): Promise<void> {
    if (includes(metadata.finalizers ?? [], finalizers)) return;
    await client.json({
      path: `${profilesCollection}/${metadata.name}`,
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      // With the version: another's finalizer, added meanwhile, must not be lost.
      body: { metadata: { finalizers, resourceVersion: metadata.resourceVersion } },
    });
  }

  async function refuse(profile: Profile, message: string): Promise<void> {
    const status = { conditions: [{ type: 'Failed', status: 'True', message }] };
    if (includes(profile['status'], status)) return;
    say(`profile ${profile.metadata.name}: refused: ${message}`);
    await client.json({
      path: `${profilesCollection}/${profile.metadata.name}/status`,
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: { status },
    });
  }

  const running = Promise.all(informers.map(async (informer) => informer.run(signal)));
  return {
    ready,
    stop: async () => {
      stopping.abort();
      await running;
      client.close();
    },
  };
}

/** Lists leave out the type of their items. */
function withoutType({ apiVersion: _version, kind: _kind, ...rest }: KubeObject): object {
  return rest;
}
