import { clusterParts } from '../../../local/region/overlays/eks-addons';
import { answer } from '../../../local/region/overlays/rest-json';

const kubernetes: Readonly<Record<string, string>> = { acme: '1.35', other: '1.36' };
let handler: ReturnType<typeof clusterParts>;
beforeEach(() => {
  handler = clusterParts('111122223333', (_, { url }) =>
    Promise.resolve(answer({ cluster: { version: kubernetes[url.split('/')[2] ?? ''] } })),
  );
});

async function ask(method: string, url: string, body: object = {}): Promise<[number | undefined, unknown]> {
  const answered = await handler({ service: 'eks', operation: '', region: 'eu-central-1' } as never, {
    method,
    url,
    headers: {},
    body: Buffer.from(JSON.stringify(body)),
  });
  return [answered?.status, answered && JSON.parse(String(answered.body))];
}

const insights = 'amazon-cloudwatch-observability';
const version = 'v1.35.0-eksbuild.1';

test('an update of an add-on is known by its id, for that add-on of that cluster alone', async () => {
  await ask('POST', '/clusters/acme/addons', { addonName: 'coredns' });
  const [, begun] = await ask('POST', '/clusters/acme/addons/coredns/update', { addonVersion: version });
  const { id } = (begun as { update: { id: string } }).update;

  const [status, found] = await ask('GET', `/clusters/acme/updates/${id}?addonName=coredns`);
  expect([status, found]).toEqual([
    200,
    { update: expect.objectContaining({ id, status: 'Successful' }) as object },
  ]);
  for (const other of [
    '/clusters/acme/updates/11111111-2222-3333-4444-555555555555?addonName=coredns',
    `/clusters/acme/updates/${id}?addonName=kube-proxy`,
    `/clusters/other/updates/${id}?addonName=coredns`,
  ])
    expect((await ask('GET', other))[0]).toBe(404);
});

test.each([
  ['an add-on that it does not know', { addonName: 'cloudwatch' }, 'Addon specified is not supported'],
  [
    'a version for another Kubernetes',
    { addonName: insights, addonVersion: 'v1.36.0-eksbuild.1' },
    'Addon version specified is not supported',
  ],
  [
    'values that are not in the schema',
    { addonName: insights, configurationValues: '{"containerLog":{"enabled":false}}' },
    'Json schema validation failed with error: [$.containerLog: is not defined in the schema and the schema does not allow additional properties]',
  ],
  [
    'values of another type',
    { addonName: insights, configurationValues: '{"containerLogs":{"enabled":"no"}}' },
    'Json schema validation failed with error: [$.containerLogs.enabled: ',
  ],
  [
    'values that are no document',
    { addonName: insights, configurationValues: 'containerLogs: {}' },
    'Json schema validation failed',
  ],
  [
    'a role for another service account',
    { addonName: insights, podIdentityAssociations: [{ serviceAccount: 'fluent-bit', roleArn: 'arn' }] },
    `The addon ${insights} has no service account fluent-bit that takes a role`,
  ],
  [
    'a role for an add-on without rights',
    { addonName: 'coredns', podIdentityAssociations: [{ serviceAccount: 'coredns', roleArn: 'arn' }] },
    'The addon coredns has no service account coredns that takes a role',
  ],
])('%s is refused, when it is made and when it is changed', async (_what, wanted, message) => {
  const refused = [400, expect.objectContaining({ message: expect.stringContaining(message) as string })];
  expect(await ask('POST', '/clusters/acme/addons', wanted)).toEqual(refused);
  expect(await ask('GET', '/clusters/acme/addons')).toEqual([200, { addons: [] }]);
  const { addonName, ...change } = wanted;
  if (addonName === 'cloudwatch') return;
  expect((await ask('POST', '/clusters/acme/addons', { addonName }))[0]).toBe(200);
  expect(await ask('POST', `/clusters/acme/addons/${addonName}/update`, change)).toEqual(refused);
});

test('an add-on has a version for each Kubernetes, and none where it, or that, is not known', async () => {
  const versions = async (name: string, of: string) =>
    (await ask('GET', `/addons/supported-versions?addonName=${name}&kubernetesVersion=${of}`))[1];
  expect(await versions(insights, '1.35')).toMatchObject({
    addons: [{ addonVersions: [{ addonVersion: version, requiresIamPermissions: true }] }],
  });
  expect(await versions('cloudwatch', '1.35')).toEqual({ addons: [] });
  expect(await versions(insights, '1.20')).toEqual({ addons: [] });
  const [, { configurationSchema }] = (await ask(
    'GET',
    `/addons/configuration-schemas?addonName=${insights}`,
  )) as [number, { configurationSchema: string }];
  expect(JSON.parse(configurationSchema)).toMatchObject({
    additionalProperties: false,
    properties: { containerLogs: { properties: { enabled: { type: 'boolean' } } } },
  });
});

test('an add-on that is deleted is there until it has been seen to be deleted, and its identity is gone', async () => {
  const identity = { serviceAccount: 'cloudwatch-agent', roleArn: 'arn:aws:iam::111122223333:role/r' };
  await ask('POST', '/clusters/acme/addons', { addonName: insights, podIdentityAssociations: [identity] });
  const [, { associations }] = (await ask('GET', '/clusters/acme/pod-identity-associations')) as [
    number,
    { associations: object[] },
  ];
  expect(associations).toMatchObject([{ ...identity, namespace: 'amazon-cloudwatch' }]);
  await ask('DELETE', `/clusters/acme/addons/${insights}`);
  expect((await ask('POST', '/clusters/acme/addons', { addonName: insights }))[0]).toBe(409);
  expect(await ask('GET', `/clusters/acme/addons/${insights}`)).toMatchObject([
    200,
    { addon: { status: 'DELETING' } },
  ]);
  expect((await ask('GET', `/clusters/acme/addons/${insights}`))[0]).toBe(404);
  expect((await ask('GET', '/clusters/acme/pod-identity-associations'))[1]).toEqual({ associations: [] });
});
