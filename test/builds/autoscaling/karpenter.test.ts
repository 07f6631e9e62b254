import { accessChanges, podIdentityChanges } from '../../../builds/cluster/access-changes';
import type { ObservedCluster } from '../../../builds/cluster/cluster-change';
import { renderCluster } from '../../../builds/cluster/cluster-config';
import {
  ensureKarpenter,
  newKarpenter,
  planKarpenter,
  removeKarpenter,
  removeUnwantedKarpenter,
} from '../../../builds/autoscaling/karpenter';
import { removePools } from '../../../builds/autoscaling/karpenter-nodes';
import { karpenterObjects } from '../../../builds/autoscaling/karpenter-objects';
import { karpenterPolicy } from '../../../builds/autoscaling/karpenter-policy';
import type { Kubectl } from '../../../builds/kubernetes/kubectl';
import type { KubernetesObject } from '../../../builds/kubernetes/objects';
import type { Run } from '../../../builds/support/command';
import { removeNodes } from '../../../builds/autoscaling/autoscaled-nodes';
import { karpenter } from '../../../core/versions';
import { configurationWith, found } from '../support';
import { entriesOf, podIdentitiesOf } from '../cluster/observed';

type Scaled = Parameters<typeof karpenterObjects>[0];

const scaled = (autoscaling: object = { gpu: {} }, more: object = {}) =>
  configurationWith({ autoscaling, ...more }) as Scaled;
const containing = (items: unknown[]): unknown => expect.arrayContaining(items);
const specOf = (object: KubernetesObject | undefined) => object?.['spec'] as Record<string, unknown>;

/** Fields as `managedFields` has them, but for those within lists. */
const fieldsOf = (value: unknown): object =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? {}
    : Object.fromEntries(Object.entries(value).map(([key, below]) => [`f:${key}`, fieldsOf(below)]));

/** A cluster with Helm and Karpenter, as far as they are asked; a pool takes its claims with it. */
function world() {
  const objects = new Map<string, KubernetesObject>();
  const helm: string[][] = [];
  const installed: { chart?: string; values?: unknown } = {};
  const keyOf = ({ kind, metadata }: { kind: string; metadata: { name: string } }) =>
    `${kind}/${metadata.name}`;
  const kinds: Readonly<Record<string, string>> = {
    'nodepools.karpenter.sh': 'NodePool',
    'nodeclaims.karpenter.sh': 'NodeClaim',
    'ec2nodeclasses.karpenter.k8s.aws': 'EC2NodeClass',
    pods: 'Pod',
  };
  const list = (kind: string) => [...objects.values()].filter((object) => object.kind === kinds[kind]);
  const remove = (gone: readonly { kind: string; metadata: { name: string } }[]) => {
    for (const one of gone) {
      objects.delete(keyOf(one));
      for (const claim of list('nodeclaims.karpenter.sh'))
        if (claim.metadata.labels?.['karpenter.sh/nodepool'] === one.metadata.name)
          objects.delete(keyOf(claim));
    }
    return Promise.resolve();
  };
  const ready = { conditions: [{ type: 'Ready', status: 'True' }] };
  const kubectl = {
    apply: (applied: readonly KubernetesObject[]) => {
      // Whoever applies owns what is applied, as the API server notes (`cluster-objects.test.ts`).
      for (const object of applied) {
        const managedFields = [
          {
            ...{ manager: 'kubeflow-eks', operation: 'Apply' },
            fieldsV1: { 'f:spec': fieldsOf(specOf(object)) },
          },
        ];
        objects.set(keyOf(object), {
          ...object,
          metadata: { ...object.metadata, managedFields } as KubernetesObject['metadata'],
          status: ready,
        });
      }
      return Promise.resolve();
    },
    get: (wanted: readonly KubernetesObject[]) =>
      Promise.resolve(wanted.flatMap((object) => objects.get(keyOf(object)) ?? [])),
    list: (kind: string) => Promise.resolve(list(kind)),
    remove,
    removeLater: remove,
  } as unknown as Kubectl;
  const run: Run = (program, args) => {
    let stdout = '';
    if (program === 'helm') {
      helm.push([...args]);
      if (args[0] === 'list')
        stdout = JSON.stringify(
          installed.chart === undefined ? [] : [{ chart: installed.chart, status: 'deployed' }],
        );
      if (args[0] === 'get') stdout = JSON.stringify(installed.values);
      if (args[0] === 'upgrade') installed.chart = `karpenter-${karpenter.version}`;
      if (args[0] === 'uninstall') delete installed.chart;
    }
    return Promise.resolve({ stdout, stderr: '', code: 0 });
  };
  return { objects, helm, installed, kubectl, run };
}

function optionsOf(it: ReturnType<typeof world>, configuration: Scaled) {
  return {
    ...{ configuration, found, run: it.run, kubectl: it.kubectl, kubeconfig: 'kubeconfig' },
    ...{ securityGroupId: 'sg-1', say: () => undefined, pollMs: 1, charts: '/charts' },
    get: () => Promise.reject(new Error('nothing is downloaded')),
  };
}

describe('the pools', () => {
  it('are of the configured machines, within the configured limits', () => {
    const [nodeClass, general, gpu] = karpenterObjects(
      scaled({
        general: { instance_families: ['m7i'], capacity_types: ['spot'], max_vcpus: 8, max_memory_gib: 32 },
        gpu: { zones: ['eu-central-1a'], consolidation: 'when-empty-or-underutilized', max_gpus: 2 },
        ami_version: 'v20260415',
      }),
      found,
      'sg-1',
    );
    expect(specOf(nodeClass)).toMatchObject({
      amiSelectorTerms: [{ alias: 'al2023@v20260415' }],
      securityGroupSelectorTerms: [{ id: 'sg-1' }],
      subnetSelectorTerms: found.subnets.private.map(({ id }) => ({ id })),
      metadataOptions: { httpPutResponseHopLimit: 1, httpTokens: 'required' },
      tags: { 'kubeflow-eks:deployment': 'acme' },
    });
    expect(specOf(general)).toMatchObject({
      limits: { cpu: '8', memory: '32Gi' },
      disruption: { consolidationPolicy: 'WhenEmpty', consolidateAfter: '10m' },
      template: {
        spec: {
          requirements: containing([
            { key: 'karpenter.k8s.aws/instance-family', operator: 'In', values: ['m7i'] },
            { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot'] },
          ]),
        },
      },
    });
    expect(specOf(gpu)).toMatchObject({
      limits: { 'nvidia.com/gpu': '2' },
      disruption: { consolidationPolicy: 'WhenEmptyOrUnderutilized' },
      template: {
        metadata: { labels: { 'kubeflow-eks/node-group': 'gpu' } },
        spec: {
          taints: [{ key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' }],
          requirements: containing([
            { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['eu-central-1a'] },
          ]),
        },
      },
    });
  });

  it('give up a tag that is no longer configured, and leave one that somebody else has set', async () => {
    const it = world();
    await ensureKarpenter(optionsOf(it, scaled({ gpu: {} }, { tags: { team: 'a', cost: 'b' } })));
    const [key = '', nodeClass] = [...it.objects].find(([name]) => name.startsWith('EC2NodeClass/')) ?? [];
    const spec = specOf(nodeClass);
    const { tags } = spec as { tags: object };
    const mixed = { ...spec, tags: { ...tags, theirs: 'c' } };
    it.objects.set(key, { ...(nodeClass as KubernetesObject), spec: mixed });
    const changes = async (tags: object) =>
      (await planKarpenter(optionsOf(it, scaled({ gpu: {} }, { tags }))))
        .map(({ action, what }) => `${action} ${what}`)
        .filter((line) => line.includes('node'));
    expect(await changes({ team: 'a', cost: 'b' })).toEqual([]);
    expect(await changes({ team: 'a' })).toEqual(['change the node class kubeflow-eks']);
    await ensureKarpenter(optionsOf(it, scaled({ gpu: {} }, { tags: { team: 'a' } })));
    expect(specOf(it.objects.get(key))).not.toHaveProperty('tags.cost');
    expect(await changes({ team: 'a' })).toEqual([]);
  });

  it('are installed once, changed where the configuration is, and taken away with their nodes', async () => {
    const it = world();
    const before = optionsOf(it, scaled());
    expect((await planKarpenter(before)).map(({ what }) => what)).toEqual(
      newKarpenter(before.configuration, found).map(({ what }) => what),
    );
    await ensureKarpenter(before);
    it.installed.values = JSON.parse(
      JSON.stringify(
        (await import('../../../builds/autoscaling/karpenter')).karpenterValues(before.configuration),
      ),
    );
    expect([...it.objects.keys()]).toEqual(['EC2NodeClass/kubeflow-eks', 'NodePool/general', 'NodePool/gpu']);
    expect(await planKarpenter(before)).toEqual([]);

    const claim = {
      kind: 'NodeClaim',
      metadata: { name: 'gpu-1', labels: { 'karpenter.sh/nodepool': 'gpu' } },
    };
    it.objects.set('NodeClaim/gpu-1', claim as unknown as KubernetesObject);
    const less = optionsOf(it, scaled({ general: { max_vcpus: 16 } }));
    expect(await planKarpenter(less)).toEqual([
      {
        action: 'change',
        what: 'the node pool general: from none up to 16 vCPUs and 256Gi of memory, on-demand, of m6i, m7i',
      },
      { action: 'remove', what: 'the node pool gpu, whose nodes are drained' },
    ]);
    await ensureKarpenter(less);
    expect([...it.objects.keys()]).toEqual(['EC2NodeClass/kubeflow-eks', 'NodePool/general']);

    const none = optionsOf(it, configurationWith({}) as Scaled);
    expect((await planKarpenter(none)).map(({ action }) => action)).toEqual(['remove', 'remove']);
    await removeKarpenter(none);
    expect([it.objects.size, it.installed.chart]).toEqual([0, undefined]);
    expect(await planKarpenter(none)).toEqual([]);
  });

  it('go with their nodes before a cluster does', async () => {
    const { kubectl, objects } = world();
    await kubectl.apply(karpenterObjects(scaled(), found, 'sg-1'));
    await removeNodes(kubectl, () => undefined, { pollMs: 1 });
    expect([...objects.keys()]).toEqual(['EC2NodeClass/kubeflow-eks']);
  });

  /** A pool that Karpenter cannot get rid of, since somebody does not want a pod of its node disturbed. */
  async function held() {
    const it = world();
    await it.kubectl.apply(karpenterObjects(scaled(), found, 'sg-1'));
    const put = (object: object) => {
      const { kind, metadata } = object as KubernetesObject;
      it.objects.set(`${kind}/${metadata.name}`, object as KubernetesObject);
    };
    const labels = { 'karpenter.sh/nodepool': 'gpu' };
    put({ kind: 'NodeClaim', metadata: { name: 'gpu-1', labels }, status: { nodeName: 'worker' } });
    const annotations = { 'karpenter.sh/do-not-disrupt': 'true' };
    put({ kind: 'Pod', metadata: { name: 'notebook-0', namespace: 'team-a', annotations } });
    put({ kind: 'Pod', metadata: { name: 'other', namespace: 'team-a' } });
    const asked: (string | undefined)[] = [];
    const kubectl = {
      ...it.kubectl,
      list: (kind: string, namespace?: string, selector?: string, fields?: string) => {
        if (kind === 'pods') asked.push(fields);
        return it.kubectl.list(kind, namespace, selector);
      },
      removeLater: async (gone: readonly KubernetesObject[]) => {
        const pods = gone.filter(({ kind }) => kind === 'Pod');
        await it.kubectl.remove(pods, 0);
        for (const { kind, metadata } of gone)
          if (kind === 'NodePool') it.objects.delete(`NodePool/${metadata.name}`);
        // Karpenter ends a node once nothing on it is held.
        if (pods.some(({ metadata }) => metadata.name === 'notebook-0')) it.objects.delete('NodeClaim/gpu-1');
      },
    };
    return { ...it, kubectl, asked };
  }

  it('whose nodes are held by pods that nobody may disturb name these', async () => {
    const { kubectl, objects, asked } = await held();
    const gone = [objects.get('NodePool/gpu')].flatMap((pool) => pool ?? []);
    const waiting = { say: () => undefined, pollMs: 1, patienceMs: 5 };
    await expect(removePools(gone, { ...waiting, kubectl })).rejects.toThrow(
      'gpu-1; it waits for the pods team-a/notebook-0, which have the annotation karpenter.sh/do-not-disrupt',
    );
    expect(new Set(asked)).toEqual(new Set(['spec.nodeName=worker']));
    expect(objects.has('Pod/notebook-0')).toBe(true);
  });

  it('go with a cluster, whatever holds their nodes', async () => {
    const { kubectl, objects } = await held();
    await removeNodes(kubectl, () => undefined, { pollMs: 1, timeoutSeconds: 1 });
    expect([...objects.keys()]).toEqual(['EC2NodeClass/kubeflow-eks', 'Pod/other']);
  });

  it('are asked for again where Karpenter was refused a right, which it would remember for half an hour', async () => {
    const it = world();
    const refused = {
      conditions: [
        {
          type: 'ValidationSucceeded',
          status: 'False',
          reason: 'RunInstancesAuthCheckFailed',
          message: "Controller isn't authorized to call ec2:RunInstances",
        },
      ],
    };
    const get: Kubectl['get'] = async (wanted) =>
      (await it.kubectl.get(wanted)).map((object) =>
        object.kind !== 'EC2NodeClass' || object.metadata.annotations !== undefined
          ? object
          : { ...object, status: refused },
      );
    await ensureKarpenter({ ...optionsOf(it, scaled()), patienceMs: 1_000, kubectl: { ...it.kubectl, get } });
    expect(Object.keys(it.objects.get('EC2NodeClass/kubeflow-eks')?.metadata.annotations ?? {})).toEqual([
      'kubeflow-eks/asked-at',
    ]);
  });

  it.each([
    ['ACTIVE', 'acme', 'karpenter', true],
    ['UPDATING', 'acme', 'karpenter', true],
    ['CREATING', 'acme', 'karpenter', false],
    ['ACTIVE', 'other', 'karpenter', false],
    ['ACTIVE', 'acme', 'default-editor', false],
  ])('go before their identity does: %s, of %s, with %s: %s', async (status, owner, account, goes) => {
    const it = world();
    await it.kubectl.apply(karpenterObjects(scaled(), found, 'sg-1'));
    const none = optionsOf(it, configurationWith({}) as Scaled);
    await removeUnwantedKarpenter(
      none.configuration,
      { status, owner },
      () => Promise.resolve([{ serviceAccount: account }]),
      () => Promise.resolve(none),
    );
    expect(it.objects.size).toBe(goes ? 0 : 3);
  });

  it('that do not become ready say why', async () => {
    const it = world();
    const options = { ...optionsOf(it, scaled()), patienceMs: 5 };
    const status = {
      conditions: [{ type: 'SubnetsReady', status: 'False', message: 'no subnets were found' }],
    };
    const get: Kubectl['get'] = async (wanted) =>
      (await it.kubectl.get(wanted)).map((object) => ({ ...object, status }));
    await expect(ensureKarpenter({ ...options, kubectl: { ...it.kubectl, get } })).rejects.toThrow(
      'EC2NodeClass kubeflow-eks is not ready (SubnetsReady: no subnets were found)',
    );
  });
});

describe("Karpenter's identity", () => {
  const observed = (configuration: Scaled) => {
    const desired = renderCluster(configuration, found);
    return {
      accessEntries: entriesOf(desired),
      podIdentities: podIdentitiesOf(desired),
      hasOidcProvider: true,
    } as unknown as ObservedCluster;
  };

  it('comes with the setting and goes with it', () => {
    const [plain, full] = [configurationWith({}) as Scaled, scaled()];
    const [without, wanted] = [renderCluster(plain, found), renderCluster(full, found)];
    expect(podIdentityChanges(wanted, observed(plain))).toMatchObject([{ kind: 'create pod identities' }]);
    expect(accessChanges(wanted, observed(plain))).toMatchObject([
      { kind: 'create access entries', entries: [{ type: 'EC2_LINUX' }] },
    ]);
    expect([podIdentityChanges(wanted, observed(full)), accessChanges(wanted, observed(full))]).toEqual([
      [],
      [],
    ]);
    expect(podIdentityChanges(without, observed(full))).toEqual([
      { kind: 'remove pod identity', namespace: 'kube-system', serviceAccount: 'karpenter' },
    ]);
    expect(accessChanges(without, observed(full))).toMatchObject([{ kind: 'remove access entry' }]);
  });

  it('changes nothing but what has the tags of its cluster, and passes the role of its nodes alone', () => {
    const { Statement: statements } = karpenterPolicy({
      ...{ partition: 'aws', region: 'eu-central-1', accountId: '111122223333' },
      ...{ clusterName: 'acme', nodeRole: 'nodes' },
      queueArn: 'arn:aws:sqs:eu-central-1:111122223333:kubeflow-eks-interruption-acme',
    });
    const free = statements.filter(({ Condition }) => Condition === undefined);
    expect(free.map(({ Sid }) => Sid)).toEqual([
      'LaunchFrom',
      'SeePrices',
      'SeeInstanceProfiles',
      'LookForFormerInstanceProfile',
      'FindImages',
      'SeeCluster',
      'HearOfInterruptions',
    ]);
    expect(statements.filter(({ Action }) => Action.some((action) => action.startsWith('sqs:')))).toEqual([
      {
        Sid: 'HearOfInterruptions',
        Effect: 'Allow',
        Action: ['sqs:DeleteMessage', 'sqs:GetQueueUrl', 'sqs:ReceiveMessage'],
        Resource: 'arn:aws:sqs:eu-central-1:111122223333:kubeflow-eks-interruption-acme',
      },
    ]);
    // Or a node class that goes would wait for ever (seen with Karpenter 1.12).
    expect(statements.find(({ Sid }) => Sid === 'LookForFormerInstanceProfile')).toMatchObject({
      Action: ['iam:GetInstanceProfile'],
      Resource: 'arn:aws:iam::111122223333:instance-profile/acme_*',
    });
    // No role, no instance profile is its to change.
    const identities = statements
      .flatMap(({ Action }) => Action)
      .filter((action) => action.startsWith('iam:'));
    expect(identities).toEqual(['iam:ListInstanceProfiles', 'iam:GetInstanceProfile', 'iam:PassRole']);
    // IAM's limit for a policy, in characters without white space.
    expect(JSON.stringify(statements).length).toBeLessThan(6144);
  });
});
