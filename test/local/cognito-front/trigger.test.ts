import { askTrigger } from '../../../local/cognito-front/trigger';

const attributes = {
  sub: 's',
  email: 'ada@acme.example',
  email_verified: 'true',
  'custom:groups': '[admins]',
};

test.each([
  ['all of them, where the client names none', undefined, Object.keys(attributes)],
  ['those alone that the client may read', ['email'], ['sub', 'email']],
])('the trigger of a login sees %s', async (_what, ReadAttributes, expected) => {
  const seen: string[] = [];
  await askTrigger(
    {
      source: 'TokenGeneration_HostedAuth',
      pool: {
        id: 'eu-central-1_x',
        description: { LambdaConfig: { PreTokenGeneration: 'arn:aws:lambda:eu-central-1:1:function:f' } },
      },
      client: { ClientId: 'c', ReadAttributes },
      user: { name: 'ADFS_ada', attributes },
      scopes: ['openid'],
      groups: [],
    } as unknown as Parameters<typeof askTrigger>[0],
    async (_arn, event) => {
      const { request } = event as { request: { userAttributes: Record<string, string> } };
      seen.push(...Object.keys(request.userAttributes));
      return Promise.resolve({ result: { response: {} } });
    },
  );
  expect(seen.filter((name) => !name.startsWith('cognito:'))).toEqual(expected);
});
