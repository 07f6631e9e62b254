import { followSharedVolumes } from '../../../local/efs-driver';
import type { KubeClient, KubeObject } from '../../../local/kubernetes/kube-client';
import { waitFor } from '../../../local/processes/wait-for';

type Tell = (type: string, object: KubeObject) => void;

/** Collections that a test fills, by the last part of their paths. */
let told: Map<string, Tell>;
let started: number;
let stopped: number;
let end: () => void;
let refuses: boolean;
let following: { stop: () => Promise<void> } | undefined;
const said: string[] = [];

beforeEach(() => {
  told = new Map();
  started = 0;
  stopped = 0;
  refuses = false;
  const client: Partial<KubeClient> = {
    as: () => client as KubeClient,
    get: () => Promise.resolve({ items: [], metadata: { resourceVersion: '1' } } as never),
    watch: (path, _version, tell, signal) =>
      new Promise((resolve) => {
        told.set(path.split('/').at(-1) ?? '', tell);
        signal.addEventListener('abort', () => {
          resolve();
        });
      }),
    close: () => undefined,
  };
  following = followSharedVolumes({
    client: client as KubeClient,
    onLine: (line) => said.push(line),
    start: () => {
      if (refuses) {
        refuses = false;
        return Promise.reject(new Error('no node yet'));
      }
      started += 1;
      const { promise: ended, resolve } = Promise.withResolvers<undefined>();
      end = () => {
        resolve(undefined);
      };
      return Promise.resolve({
        ended,
        stop: () => {
          stopped += 1;
          return Promise.resolve();
        },
      });
    },
  });
});
afterEach(() => following?.stop());

const until = (condition: () => boolean, what: string): Promise<boolean> =>
  waitFor(condition, { what, timeoutMs: 10_000, intervalMs: 5 });
const tell = async (collection: string, type: string, object: object): Promise<void> => {
  await until(() => told.has(collection), 'the watch');
  told.get(collection)?.(type, { metadata: { name: 'x' }, ...object });
};
const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));
const ofEfs = { provisioner: 'efs.csi.aws.com' };

test('without a class or a volume of EFS nothing is started', async () => {
  await tell('storageclasses', 'ADDED', { provisioner: 'ebs.csi.aws.com' });
  await tell('persistentvolumes', 'ADDED', { spec: { csi: { driver: 'ebs.csi.aws.com' } } });
  await aWhile();
  expect(started).toBe(0);
});

test.each([
  ['storageclasses', ofEfs],
  ['persistentvolumes', { spec: { csi: { driver: 'efs.csi.aws.com' } } }],
])(
  'the first of the %s of it has the driver started, which stays when that goes',
  async (collection, object) => {
    await tell(collection, 'ADDED', object);
    await until(() => started === 1, 'the driver');
    await tell(collection, 'DELETED', object);
    await tell(collection, 'ADDED', object);
    await aWhile();
    expect([started, stopped]).toEqual([1, 0]);
    await following?.stop();
    expect(stopped).toBe(1);
  },
);

test('one that ended is started again, and one that could not be started is tried again', async () => {
  refuses = true;
  await tell('storageclasses', 'ADDED', ofEfs);
  await until(() => started === 1, 'the driver');
  expect(said).toContainEqual(expect.stringContaining('no node yet; trying again'));
  end();
  await until(() => started === 2, 'another one');
  expect(stopped).toBe(1);
});
