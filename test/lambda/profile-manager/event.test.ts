import { readLogin, withGroups, type PreTokenEvent } from '../../../lambda/profile-manager/event';

const event = (version: string, attributes: Record<string, string> = {}): PreTokenEvent => ({
  version,
  triggerSource: 'TokenGeneration_HostedAuth',
  userPoolId: 'eu-central-1_abc',
  userName: 'ADFS_alice',
  request: {
    userAttributes: attributes,
    groupConfiguration: { iamRolesToOverride: ['arn:aws:iam::123456789012:role/r'], preferredRole: null },
  },
  response: { claimsOverrideDetails: null },
});

test.each([
  ['1', 'claimsOverrideDetails'],
  ['2', 'claimsAndScopeOverrideDetails'],
  ['3', 'claimsAndScopeOverrideDetails'],
])('the answer to an event of version %s has the groups in %s', (version, field) => {
  const answer = withGroups(event(version), ['a', 'b']);
  expect(answer.response).toMatchObject({
    [field]: {
      groupOverrideDetails: {
        groupsToOverride: ['a', 'b'],
        iamRolesToOverride: ['arn:aws:iam::123456789012:role/r'],
      },
    },
  });
  expect(answer).toMatchObject({ version, userName: 'ADFS_alice' });
});

test('e-mail and groups are read from the attributes', () => {
  expect(readLogin(event('2', { email: 'alice@example.com', 'custom:groups': '[a,b]' }))).toEqual({
    userPoolId: 'eu-central-1_abc',
    userName: 'ADFS_alice',
    source: 'TokenGeneration_HostedAuth',
    email: 'alice@example.com',
    groupsAttribute: '[a,b]',
    groupsLeftOut: false,
  });
});

test('a machine’s client credentials are no login', () => {
  expect(readLogin({ version: '3', userPoolId: 'p', request: {} })).toBeUndefined();
});

test('something else is refused', () => {
  expect(() => readLogin({} as PreTokenEvent)).toThrow(/userPoolId or request are missing/);
});
