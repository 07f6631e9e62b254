import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
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

  test('those of an alarm are its own; one that is not there has none', async () => {
    const tagsOf = readResourceTags(moto.lookingClients);
    await moto.lookingClients.get(CloudWatchClient).send(
      new PutMetricAlarmCommand({
        AlarmName: 'ours',
        Namespace: 'AWS/ApplicationELB',
        MetricName: 'UnHealthyHostCount',
        Statistic: 'Maximum',
        Period: 60,
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        EvaluationPeriods: 1,
        Tags: [{ Key: 'owner', Value: 'acme' }],
      }),
    );
    const alarm = (name: string) => `arn:aws:cloudwatch:eu-central-1:123456789012:alarm:${name}`;
    expect(await tagsOf(alarm('ours'))).toEqual({ owner: 'acme' });
    expect(await tagsOf(alarm('absent'))).toEqual({});
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
