import { newRoles } from '../../../local/region/overlays/new-roles';
import type { AwsRequest } from '../../../local/region/gateway/aws-request';

const made = 1_000_000;
const unseenMs = 2_000;
const role = 'arn:aws:iam::111122223333:role/new';

/** What EKS says to a call that names the role, so long after it was made. */
async function say(method: string, url: string, body: object, age: number): Promise<string | undefined> {
  const createdAt = (arn: string) => Promise.resolve(arn === role ? new Date(made) : undefined);
  const handler = newRoles(
    createdAt,
    () => unseenMs,
    () => made + age,
  );
  const http = { method, url, headers: {}, body: Buffer.from(JSON.stringify(body)) };
  const answer = await handler({ service: 'eks' } as AwsRequest, http);
  return answer?.body.toString();
}

test.each([
  [
    'a cluster',
    '/clusters',
    { name: 'acme', roleArn: role },
    /could not be assumed because it does not exist/,
  ],
  ['an access entry', '/clusters/acme/access-entries', { principalArn: role }, /invalid principal/],
])('EKS makes %s with a role once it sees it', async (_, url, body, refusal) => {
  expect(await say('POST', url, body, 0)).toMatch(refusal);
  expect(await say('POST', url, body, unseenMs - 1)).toMatch(refusal);
  expect(await say('POST', url, body, unseenMs)).toBeUndefined();
});

test('what names no new role is for others to answer', async () => {
  const other = 'arn:aws:iam::111122223333:role/other';
  expect(await say('POST', '/clusters', { roleArn: other }, 0)).toBeUndefined();
  expect(await say('POST', '/clusters', {}, 0)).toBeUndefined();
  expect(await say('GET', '/clusters', { roleArn: role }, 0)).toBeUndefined();
  expect(await say('POST', '/clusters/acme/node-groups', { nodeRole: role }, 0)).toBeUndefined();
});
