import {
  CognitoIdentityProviderClient,
  UpdateUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { createCustomDomain, describeCustomDomain } from '../../adapters/aws/cognito-domain';
import { createUserPool } from '../../adapters/aws/cognito-user-pool';
import { ownerTag } from '../../core/naming';
import { task as awaitCustomDomain } from '../../tasks/custom-domain/await-custom-domain';
import { task as deleteCustomDomain } from '../../tasks/custom-domain/delete-custom-domain';
import { task as ensureCustomDomain } from '../../tasks/custom-domain/ensure-custom-domain';
import { answeringClients, awsException } from '../support/answering-clients';
import { useMoto } from '../support/moto';
import { testContext, testDeployment } from '../support/task-context';

const domain = 'login.auth.example.com';
const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/one';
const other = { certificateArn: `${certificateArn}-other`, managedLoginVersion: 1 };

describe('the custom domain', () => {
  const moto = useMoto();
  let userPoolId = '';
  beforeEach(async () => {
    userPoolId = (await createUserPool(moto.lookingClients, 'acme', {}, testDeployment.tags)).id;
  });
  const ensure = (input: object = {}) =>
    ensureCustomDomain.run(
      { deployment: testDeployment, userPoolId, domain, certificateArn, ...input },
      testContext(moto),
    );
  const remove = () => deleteCustomDomain.run({ deployment: testDeployment, domain }, testContext(moto));
  const found = () => describeCustomDomain(moto.lookingClients, domain);

  test('is made with the certificate and the classic pages, and awaited', async () => {
    const { cloudFrontDomain } = await ensure();
    expect(await found()).toMatchObject({ userPoolId, certificateArn, managedLoginVersion: 1 });
    expect(await awaitCustomDomain.run({ deployment: testDeployment, domain }, testContext(moto))).toEqual({
      status: 'ACTIVE',
      cloudFrontDomain,
    });
  });

  test('a second run makes no mutating call', async () => {
    const first = await ensure();
    moto.forgetCalls();
    expect(await ensure()).toEqual(first);
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test.each([
    ['another certificate', { certificateArn: other.certificateArn, managedLoginVersion: 1 }],
    ['other pages', { certificateArn, managedLoginVersion: 2 }],
  ])('%s is put back with one call', async (_what, drift) => {
    await ensure();
    await moto.lookingClients.get(CognitoIdentityProviderClient).send(
      new UpdateUserPoolDomainCommand({
        UserPoolId: userPoolId,
        Domain: domain,
        CustomDomainConfig: { CertificateArn: drift.certificateArn },
        ManagedLoginVersion: drift.managedLoginVersion,
      }),
    );
    moto.forgetCalls();
    await ensure();
    expect(moto.mutatingCalls()).toEqual(['CognitoIdentityProvider UpdateUserPoolDomain']);
    expect(await found()).toMatchObject({ certificateArn, managedLoginVersion: 1 });
  });

  test("another pool's domain is a conflict, and stays when we go", async () => {
    const foreign = (await createUserPool(moto.lookingClients, 'theirs', {}, { [ownerTag]: 'zeta' })).id;
    await createCustomDomain(moto.lookingClients, foreign, domain, other);
    await expect(ensure()).rejects.toMatchObject({
      name: 'ResourceConflict',
      message: expect.stringContaining(foreign) as string,
    });
    expect(await remove()).toEqual({
      deleted: [],
      left: [
        {
          what: `the custom domain ${domain} of the user pool ${foreign}`,
          why: "it is another's: it does not carry the marks of this deployment in this region",
        },
      ],
    });
    expect(moto.mutatingCalls()).toEqual([]);
    expect(await found()).toMatchObject({ userPoolId: foreign });
  });

  test('a pool that has another custom domain keeps it', async () => {
    await createCustomDomain(moto.lookingClients, userPoolId, 'old.auth.example.com', other);
    await expect(ensure()).rejects.toMatchObject({
      name: 'ResourceConflict',
      message: expect.stringContaining('old.auth.example.com') as string,
    });
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('a pool that is gone is reported', async () => {
    await expect(ensure({ userPoolId: 'eu-central-1_gone' })).rejects.toMatchObject({
      name: 'UserPoolMissing',
    });
  });

  test('is deleted once', async () => {
    await ensure();
    expect(await remove()).toEqual({ deleted: [domain] });
    moto.forgetCalls();
    expect(await remove()).toEqual({ deleted: [] });
    expect(moto.mutatingCalls()).toEqual([]);
  });
});

describe('the custom domain in a state that moto does not have', () => {
  const run = (
    task: typeof ensureCustomDomain | typeof awaitCustomDomain | typeof deleteCustomDomain,
    answers: Parameters<typeof answeringClients>[0],
  ) => {
    const { clients, called } = answeringClients(answers);
    const result = task.run(
      { deployment: testDeployment, userPoolId: 'eu-central-1_1', domain, certificateArn },
      testContext({} as never, { clients }),
    );
    return { result, called };
  };
  const described = (Status: string, detail: object = {}) => ({
    DomainDescription: {
      UserPoolId: 'eu-central-1_1',
      CloudFrontDistribution: 'd1.cloudfront.net',
      Status,
      ...detail,
    },
  });
  const pool = { UserPool: { Id: 'eu-central-1_1', UserPoolTags: { [ownerTag]: 'acme' } } };

  test.each([
    ['not visible yet', { DomainDescription: {} }],
    ['CREATING', described('CREATING')],
    ['UPDATING', described('UPDATING')],
    ['without its distribution', described('ACTIVE', { CloudFrontDistribution: '' })],
  ])('one that is %s is awaited', async (_state, answer) => {
    const { result } = run(awaitCustomDomain, { DescribeUserPoolDomain: answer });
    await expect(result).rejects.toMatchObject({ name: 'CustomDomainNotActive' });
  });

  test.each([ensureCustomDomain, awaitCustomDomain])('one that failed is reported', async (task) => {
    const { result } = run(task, { DescribeUserPoolDomain: described('FAILED') });
    await expect(result).rejects.toMatchObject({ name: 'CustomDomainFailed' });
  });

  test.each(['DELETING', 'UPDATING'])('a change is not made while it is %s', async (status) => {
    const { result, called } = run(ensureCustomDomain, {
      DescribeUserPoolDomain: described(status, {
        CustomDomainConfig: { CertificateArn: other.certificateArn },
      }),
    });
    await expect(result).rejects.toMatchObject({ name: 'CustomDomainNotActive' });
    expect(called).toEqual(['DescribeUserPoolDomain']);
  });

  test('that the parent is not seen yet is awaited; that another account has the domain is a conflict', async () => {
    const refused = (message: string) =>
      run(ensureCustomDomain, {
        DescribeUserPoolDomain: { DomainDescription: {} },
        DescribeUserPool: pool,
        CreateUserPoolDomain: awsException('InvalidParameterException', message),
      }).result;
    await expect(
      refused(
        'Custom domain is not a valid subdomain: Was not able to resolve the root domain, please ensure an A record exists for the root domain.',
      ),
    ).rejects.toMatchObject({ name: 'CustomDomainNotActive' });
    await expect(refused('Domain already associated with another user pool.')).rejects.toMatchObject({
      name: 'ResourceConflict',
    });
    await expect(refused('One or more of the CNAMEs is wrong')).rejects.toMatchObject({
      name: expect.stringMatching(/\.InvalidParameterException$/) as string,
    });
  });

  test('a deletion is begun once and awaited', async () => {
    const { result, called } = run(deleteCustomDomain, {
      DescribeUserPoolDomain: [described('ACTIVE'), described('DELETING')],
      DescribeUserPool: pool,
      DeleteUserPoolDomain: {},
    });
    await expect(result).rejects.toMatchObject({ name: 'DeletionPending' });
    expect(called).toContain('DeleteUserPoolDomain');

    const later = run(deleteCustomDomain, {
      DescribeUserPoolDomain: described('DELETING'),
      DescribeUserPool: pool,
    });
    await expect(later.result).rejects.toMatchObject({ name: 'DeletionPending' });
    expect(later.called).not.toContain('DeleteUserPoolDomain');
  });

  test.each(['CREATING', 'UPDATING'])(
    'a deletion that Cognito refuses while it is %s is awaited',
    async (status) => {
      const { result } = run(deleteCustomDomain, {
        DescribeUserPoolDomain: described(status),
        DescribeUserPool: pool,
        DeleteUserPoolDomain: awsException('InvalidParameterException', 'The domain cannot be deleted now.'),
      });
      await expect(result).rejects.toMatchObject({ name: 'DeletionPending' });
    },
  );

  test('a refusal of another reason ends the deletion', async () => {
    const { result } = run(deleteCustomDomain, {
      DescribeUserPoolDomain: described('ACTIVE'),
      DescribeUserPool: pool,
      DeleteUserPoolDomain: awsException('InvalidParameterException', 'No.'),
    });
    await expect(result).rejects.toMatchObject({
      name: expect.stringMatching(/\.InvalidParameterException$/) as string,
    });
  });
});
