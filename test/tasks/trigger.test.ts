import { addPermission, parseAliasArn } from '../../adapters/aws/lambda';
import {
  lambdaConfiguration,
  type LambdaConfiguration,
} from '../../local/region/overlays/lambda-configuration';
import { task as permit } from '../../tasks/user-pool/permit-trigger';
import { task as revoke } from '../../tasks/user-pool/revoke-trigger';
import { useMoto } from '../support/moto';
import { testContext, testDeployment as deployment } from '../support/task-context';

const functionName = 'kubeflow-eks-profile-manager';
const aliasArn = `arn:aws:lambda:eu-central-1:123456789012:function:${functionName}:live`;
const environment = { PROFILE_MANAGER_ALIAS_ARN: aliasArn };
const userPoolArn = 'arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_Ab12';

describe("the user pool's permission to call the profile manager", () => {
  let lambda: LambdaConfiguration;
  const moto = useMoto({
    functions: ['permit-trigger', 'revoke-trigger'],
    services: () => {
      lambda = lambdaConfiguration({
        accountId: '123456789012',
        functionExists: (name) => name === functionName,
      });
      return { lambda: [lambda.handler] };
    },
  });
  const give = (arn = userPoolArn) =>
    permit.run({ deployment, userPoolArn: arn }, testContext(moto, { environment }));
  const take = (arn = userPoolArn) =>
    revoke.run({ deployment, userPoolArn: arn }, testContext(moto, { environment }));

  test('is for this pool of this account alone, on the alias alone', async () => {
    expect(await give()).toEqual({ statementId: 'cognito-eu-central-1_Ab12' });

    expect(lambda.statements(functionName, 'live')).toEqual([
      {
        Sid: 'cognito-eu-central-1_Ab12',
        Effect: 'Allow',
        Principal: { Service: 'cognito-idp.amazonaws.com' },
        Action: 'lambda:InvokeFunction',
        Resource: aliasArn,
        Condition: {
          StringEquals: { 'AWS:SourceAccount': '123456789012' },
          ArnLike: { 'AWS:SourceArn': userPoolArn },
        },
      },
    ]);
    expect(lambda.statements(functionName)).toEqual([]);
  });

  test('a second run makes no mutating call', async () => {
    await give();
    moto.forgetCalls();
    await give();
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('a statement of this name that says something else is replaced', async () => {
    await addPermission(moto.lookingClients, parseAliasArn(aliasArn), {
      statementId: 'cognito-eu-central-1_Ab12',
      principal: 'cognito-idp.amazonaws.com',
      sourceArn: userPoolArn,
      sourceAccount: '999999999999',
    });

    await give();
    expect(moto.mutatingCalls()).toEqual(['Lambda RemovePermission', 'Lambda AddPermission']);
    expect(lambda.statements(functionName, 'live')).toHaveLength(1);
    expect(lambda.statements(functionName, 'live')[0]?.Condition?.['StringEquals']).toEqual({
      'AWS:SourceAccount': '123456789012',
    });
  });

  test('is taken back, once, and that of another pool stays', async () => {
    const other = userPoolArn.replace('Ab12', 'Zz99');
    await give();
    await give(other);

    expect(await take()).toEqual({ revoked: true });
    expect(lambda.statements(functionName, 'live').map(({ Sid }) => Sid)).toEqual([
      'cognito-eu-central-1_Zz99',
    ]);
    moto.forgetCalls();
    expect(await take()).toEqual({ revoked: false });
    moto.forgetCalls();
    const withoutPool = { deployment, userPoolArn: null };
    expect(await revoke.run(withoutPool, testContext(moto, { environment }))).toEqual({ revoked: false });
    expect(moto.mutatingCalls()).toEqual([]);
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('without the function the error is that of Lambda, by name', async () => {
    const missing = { PROFILE_MANAGER_ALIAS_ARN: aliasArn.replace(functionName, 'absent') };
    await expect(
      permit.run({ deployment, userPoolArn }, testContext(moto, { environment: missing })),
    ).rejects.toMatchObject({ name: 'Lambda.ResourceNotFoundException' });
  });

  test('an ARN without an alias is refused', () => {
    expect(() => parseAliasArn(aliasArn.replace(':live', ''))).toThrow(/ARN of a function's alias/);
  });
});
