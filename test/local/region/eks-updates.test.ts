import type { AwsRequest } from '../../../local/region/gateway/aws-request';
import type { AwsResponse, ServiceHandler } from '../../../local/region/gateway/gateway';
import { clusterUpdates } from '../../../local/region/overlays/eks-updates';

const request: AwsRequest = {
  service: 'eks',
  operation: '',
  mutating: true,
  accessKeyId: 'AKIA',
  region: 'eu-central-1',
};

/** As moto does: it replaces what it is sent, and knows one cluster with one node group. */
function moto(): ServiceHandler {
  let cluster: Record<string, unknown> = {
    name: 'acme',
    version: '1.34',
    resourcesVpcConfig: { subnetIds: ['subnet-1'], endpointPublicAccess: true },
    logging: { clusterLogging: [{ types: ['api'], enabled: true }] },
  };
  return (_, { method, url, body }) => {
    const answer = (status: number, document: object): Promise<AwsResponse> =>
      Promise.resolve({ status, body: JSON.stringify(document) });
    if (method === 'POST') cluster = { ...cluster, ...(JSON.parse(body.toString()) as object) };
    if (/^\/clusters\/acme(\/update-config)?$/.test(url)) return answer(200, { cluster });
    if (url === '/clusters/acme/node-groups/workers') return answer(200, { nodegroup: { version: '1.34' } });
    return answer(404, { message: 'none' });
  };
}

function eks() {
  const handler = clusterUpdates(moto());
  return async (method: string, url: string, body?: object): Promise<Record<string, never>> => {
    const http = {
      method,
      url,
      headers: {},
      body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    };
    const response = await handler(request, http);
    return { status: response?.status, ...JSON.parse(response?.body.toString() ?? '{}') } as never;
  };
}

test('a control plane is upgraded by one version and by no other step', async () => {
  const call = eks();
  expect(await call('POST', '/clusters/acme/updates', { version: '1.36' })).toMatchObject({
    status: 400,
    message: 'Unsupported Kubernetes minor version update from 1.34 to 1.36',
  });
  expect(await call('POST', '/clusters/acme/updates', { version: '1.33' })).toMatchObject({ status: 400 });
  const { update } = (await call('POST', '/clusters/acme/updates', { version: '1.35' })) as unknown as {
    update: { id: string };
  };
  expect(await call('GET', '/clusters/acme')).toMatchObject({ cluster: { version: '1.35' } });
  expect(await call('GET', `/clusters/acme/updates/${update.id}`)).toMatchObject({
    update: { status: 'Successful' },
  });
});

test('nodes follow the control plane and do not overtake it', async () => {
  const call = eks();
  const upgrade = (version: string) =>
    call('POST', '/clusters/acme/node-groups/workers/update-version', { version });
  expect(await upgrade('1.35')).toMatchObject({ status: 400 });
  await call('POST', '/clusters/acme/updates', { version: '1.35' });
  expect(await upgrade('1.35')).toMatchObject({ status: 200 });
  expect(await call('GET', '/clusters/acme/node-groups/workers')).toMatchObject({
    nodegroup: { version: '1.35' },
  });
});

test('secrets are encrypted once', async () => {
  const call = eks();
  const encryptionConfig = [{ provider: { keyArn: 'arn:aws:kms:::key/1' } }];
  const associate = () => call('POST', '/clusters/acme/encryption-config/associate', { encryptionConfig });
  expect(await associate()).toMatchObject({ status: 200 });
  expect(await associate()).toMatchObject({ status: 400 });
  expect(await call('GET', '/clusters/acme')).toMatchObject({ cluster: { encryptionConfig } });
});

test('a changed setting leaves the others as they are; two kinds at once are refused', async () => {
  const call = eks();
  const update = (body: object) => call('POST', '/clusters/acme/update-config', body);
  await update({ resourcesVpcConfig: { endpointPublicAccess: false } });
  await update({ logging: { clusterLogging: [{ types: ['audit'], enabled: true }] } });
  expect(await call('GET', '/clusters/acme')).toMatchObject({
    cluster: {
      resourcesVpcConfig: { subnetIds: ['subnet-1'], endpointPublicAccess: false },
      logging: { clusterLogging: [{ types: ['api', 'audit'], enabled: true }] },
    },
  });
  expect(await update({ resourcesVpcConfig: {}, logging: { clusterLogging: [] } })).toMatchObject({
    status: 400,
  });
});

test('what is not there is not updated', async () => {
  expect(await eks()('POST', '/clusters/other/updates', { version: '1.35' })).toMatchObject({ status: 404 });
});
