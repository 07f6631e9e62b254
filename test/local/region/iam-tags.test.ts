import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { lateTags, readResourceTags } from '../../../local/region/iam';
import { useMoto } from '../../support/moto';

describe('tags as the access control of the region sees them', () => {
  const moto = useMoto();
  const poolArn = (id: string) => `arn:aws:cognito-idp:eu-central-1:123456789012:userpool/${id}`;

  test('what is not there has none, so that a permission by tag is denied', async () => {
    const tagsOf = readResourceTags(moto.lookingClients);
    expect(await tagsOf(poolArn('eu-central-1_absent'))).toEqual({});
    expect(
      await tagsOf('arn:aws:secretsmanager:eu-central-1:123456789012:secret:kubeflow-eks/acme/absent-AbCdEf'),
    ).toEqual({});
    expect(await tagsOf('arn:aws:states:eu-central-1:123456789012:stateMachine:x')).toBeUndefined();
  });

  test('those of a pool are seen at the second look after its making', async () => {
    const { UserPool } = await moto.lookingClients
      .get(CognitoIdentityProviderClient)
      .send(new CreateUserPoolCommand({ PoolName: 'acme', UserPoolTags: { owner: 'acme' } }));
    const isLate = lateTags(moto.lookingClients);
    expect([await isLate(UserPool?.Arn ?? ''), await isLate(UserPool?.Arn ?? '')]).toEqual([true, false]);
    expect(await readResourceTags(moto.lookingClients)(UserPool?.Arn ?? '')).toEqual({ owner: 'acme' });
  });
});
