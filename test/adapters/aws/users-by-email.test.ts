import {
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { findUsersByEmail } from '../../../adapters/aws/users-by-email';
import { useMoto } from '../../support/moto';

const moto = useMoto();

test('the users of an e-mail are found as it is written and in lower case, each once, and no others', async () => {
  const cognito = moto.lookingClients.get(CognitoIdentityProviderClient);
  const { UserPool: pool } = await cognito.send(new CreateUserPoolCommand({ PoolName: 'acme' }));
  const userPoolId = pool?.Id ?? '';
  const emails = ['Twin@example.com', 'twin@example.com', 'TWIN@example.com', 'other@example.com'];
  for (const [index, email] of emails.entries()) {
    await cognito.send(
      new AdminCreateUserCommand({
        UserPoolId: userPoolId,
        Username: `ADFS_${index}`,
        UserAttributes: [{ Name: 'email', Value: email }],
      }),
    );
  }
  const find = async (email: string) => {
    const { signal } = new AbortController();
    const users = await findUsersByEmail(moto.lookingClients, userPoolId, email, signal);
    expect(users.every(({ changedAt }) => changedAt instanceof Date)).toBe(true);
    return users.map(({ userName }) => userName).sort();
  };
  // A third spelling is found by neither question: the re-sync compares all users.
  expect(await find('Twin@example.com')).toEqual(['ADFS_0', 'ADFS_1']);
  expect(await find('other@example.com')).toEqual(['ADFS_3']);
  expect(await find('nobody@example.com')).toEqual([]);
});
