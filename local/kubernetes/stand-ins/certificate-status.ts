import { Informer } from './informer';
import { describeError, includes, speaker, type StandIn, type StandInOptions } from './stand-in';
import { WorkQueue } from './work-queue';

const CERTIFICATES = '/apis/cert-manager.io/v1/certificates';
const IDENTITY = { user: 'local:certificate-status', groups: ['system:masters'] };

/**
 * Stands in for cert-manager: it reports every Certificate as issued, so that what waits for one goes on. No key is made;
 * nothing runs that would read it.
 */
export function startCertificateStatus({ client: admin, onLine }: StandInOptions): StandIn {
  const say = speaker('certificate-status', onLine);
  const stopping = new AbortController();
  const { signal } = stopping;
  const client = admin.as(IDENTITY, 'certificate-status (stand-in)');
  const queue = new WorkQueue({
    signal,
    reconcile: async (key) => reconcile(key),
    onError: (key, error) => {
      say(`${key}: ${describeError(error)}; trying again`);
    },
  });
  const certificates = new Informer(
    client,
    CERTIFICATES,
    ({ metadata }) => {
      queue.add(`${metadata.namespace ?? ''}/${metadata.name}`);
    },
    (error) => {
      say(describeError(error));
    },
  );

  async function reconcile(key: string): Promise<void> {
    const [namespace = '', name = ''] = key.split('/');
    const certificate = certificates.get(name, namespace);
    if (certificate === undefined) return;
    const issued = {
      type: 'Ready',
      status: 'True',
      reason: 'Ready',
      message: 'reported by the local region; no key was made',
      observedGeneration: certificate.metadata.generation,
    };
    if (includes(certificate['status'], { conditions: [issued] })) return;
    await client.json({
      path: `/apis/cert-manager.io/v1/namespaces/${namespace}/certificates/${name}/status`,
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: { status: { conditions: [{ ...issued, lastTransitionTime: new Date().toISOString() }] } },
    });
    say(`${key} is reported issued`);
  }

  const running = certificates.run(signal);
  return {
    ready: certificates.synced,
    stop: async () => {
      stopping.abort();
      await running;
      client.close();
    },
  };
}
