import { RequestCertificateCommand } from '@aws-sdk/client-acm';
import {
  deleteCertificate,
  describeCertificate,
  readCertificateTags,
  requestCertificate,
} from '../../adapters/aws/acm';
import type { AwsClients } from '../../adapters/aws/clients';
import { ownerTag, regionTag } from '../../core/naming';
import { task as awaitCertificates } from '../../tasks/certificates/await-certificates';
import { task as deleteCertificates } from '../../tasks/certificates/delete-certificates';
import { task as requestCertificates } from '../../tasks/certificates/request-certificates';
import { answeringClients } from '../support/answering-clients';
import { useMoto } from '../support/moto';
import { testContext, testDeployment } from '../support/task-context';

const domains = ['example.com', '*.example.com', 'Kubeflow.Example.com', 'login.auth.example.com'];

describe('certificates', () => {
  const moto = useMoto('eu-central-1');
  const request = (deployment = testDeployment, names = domains) =>
    requestCertificates.run({ deployment, domains: names }, testContext(moto));

  test('one in us-east-1 for Cognito, one in the own region for the load balancer, with our tags', async () => {
    const { certificates, validationRecords } = await request();

    expect(certificates).toEqual([
      { purpose: 'cognito', region: 'us-east-1', arn: expect.stringContaining(':acm:us-east-1:') as string },
      {
        purpose: 'load-balancer',
        region: 'eu-central-1',
        arn: expect.stringContaining(':acm:eu-central-1:') as string,
      },
    ]);
    for (const { region, arn } of certificates) {
      const found = await describeCertificate(moto.lookingClients, region, arn);
      expect([...(found?.names ?? [])].sort()).toEqual(
        ['*.example.com', 'example.com', 'kubeflow.example.com', 'login.auth.example.com'].sort(),
      );
      expect(await readCertificateTags(moto.lookingClients, region, arn)).toEqual(testDeployment.tags);
    }
    // The wildcard is validated by its parent's record, and both regions by the same.
    expect(validationRecords.map(({ name }) => name.split('.').slice(1).join('.'))).toEqual([
      'example.com.',
      'kubeflow.example.com.',
      'login.auth.example.com.',
    ]);
  });

  test('a second run makes no mutating call', async () => {
    const first = await request();
    moto.forgetCalls();
    expect(await request()).toEqual(first);
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('of a destroyed deployment are requested again by the next execution, within the hour of its token', async () => {
    const by = async (execution: string) => {
      const arguments_ = { deployment: testDeployment, domains, workflow: { execution } };
      return (await requestCertificates.run(arguments_, testContext(moto))).certificates;
    };
    const first = await by('arn:aws:states:eu-central-1:123456789012:execution:provision:1');
    for (const { region, arn } of first) await deleteCertificate(moto.lookingClients, region, arn);

    const second = await by('arn:aws:states:eu-central-1:123456789012:execution:provision:2');
    expect(second.map(({ arn }) => arn)).not.toEqual(first.map(({ arn }) => arn));
  });

  test('in us-east-1 one certificate serves both', async () => {
    const { certificates } = await request({ ...testDeployment, region: 'us-east-1' });
    expect(certificates[0]?.arn).toBe(certificates[1]?.arn);
    expect(moto.mutatingCalls()).toEqual(['ACM RequestCertificate']);
  });

  test('tags that were added to the configuration are added to the certificate alone', async () => {
    const first = await request();
    moto.forgetCalls();
    const again = await request({ ...testDeployment, tags: { ...testDeployment.tags, cost: 'ml-1' } });
    expect(again).toEqual(first);
    expect(moto.mutatingCalls()).toEqual(['ACM AddTagsToCertificate', 'ACM AddTagsToCertificate']);
  });

  test("another's certificate of the same names is left alone and not used", async () => {
    const foreign = await requestCertificate(
      moto.lookingClients,
      'us-east-1',
      domains as [string],
      { [ownerTag]: 'zeta' },
      'foreign',
    );
    const { certificates } = await request();
    expect(certificates.map(({ arn }) => arn)).not.toContain(foreign);
    expect(await readCertificateTags(moto.lookingClients, 'us-east-1', foreign)).toEqual({
      [ownerTag]: 'zeta',
    });
  });

  test('a deployment of the same name in another region has its own, and keeps them', async () => {
    const elsewhere = {
      ...testDeployment,
      region: 'us-west-2',
      tags: { ...testDeployment.tags, [regionTag]: 'us-west-2' },
    };
    const own = (await request()).certificates.map(({ arn }) => arn);
    const theirs = (await request(elsewhere)).certificates.map(({ arn }) => arn);
    expect(own).not.toEqual(expect.arrayContaining([theirs[0]]));
    moto.forgetCalls();
    await request();
    expect(moto.mutatingCalls()).toEqual([]);

    const { deleted } = await deleteCertificates.run({ deployment: elsewhere, domains }, testContext(moto));
    expect(deleted.sort()).toEqual(theirs.sort());
    expect(await describeCertificate(moto.lookingClients, 'us-east-1', own[0] ?? '')).toBeDefined();
  });

  test('one from before regions were marked is ours by its names in us-east-1, and is marked when it is used', async () => {
    const { [regionTag]: _, ...unmarked } = testDeployment.tags;
    const make = (names: string[]) =>
      requestCertificate(
        moto.lookingClients,
        'us-east-1',
        names as [string],
        unmarked,
        names.join('').slice(0, 3),
      );
    const former = await make(domains);
    const unknown = await make(['other.example.com']);
    expect((await request()).certificates[0]?.arn).toBe(former);
    expect(await readCertificateTags(moto.lookingClients, 'us-east-1', former)).toEqual(testDeployment.tags);
    const { deleted } = await deleteCertificates.run(
      { deployment: testDeployment, domains },
      testContext(moto),
    );
    expect(deleted).toContain(former);
    expect(deleted).not.toContain(unknown);
  });

  test('another execution asks with another token: ACM answers one of a deleted certificate with it for an hour', async () => {
    const tokens: unknown[] = [];
    for (const execution of ['one', 'one', 'two']) {
      const client = {
        send: (command: { input: { IdempotencyToken?: string } }) => {
          if (command instanceof RequestCertificateCommand) tokens.push(command.input.IdempotencyToken);
          return Promise.resolve({
            CertificateSummaryList: [],
            CertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1',
            Certificate: { DomainName: 'example.com' },
          });
        },
      };
      const clients: AwsClients = {
        region: 'eu-central-1',
        get: () => client as never,
        destroy: () => undefined,
      };
      const input = { deployment: testDeployment, domains, workflow: { execution } };
      await expect(requestCertificates.run(input, testContext(moto, { clients }))).rejects.toMatchObject({
        name: 'CertificateRecordsPending',
      });
    }
    expect(tokens[0]).toBe(tokens[2]);
    expect(tokens[0]).not.toBe(tokens[4]);
  });

  test('other names need another certificate', async () => {
    const first = await request();
    const second = await request(testDeployment, [...domains, 'more.example.com']);
    expect(second.certificates[0]?.arn).not.toBe(first.certificates[0]?.arn);
  });

  test('they are awaited until issued', async () => {
    await moto.server.setCertificateWait(3600);
    const { certificates } = await request();
    const input = { deployment: testDeployment, certificates };
    await expect(awaitCertificates.run(input, testContext(moto))).rejects.toMatchObject({
      name: 'CertificateNotIssued',
      message: expect.stringContaining(certificates[1]?.arn ?? '') as string,
    });
    await moto.server.setCertificateWait(0);
    expect(await awaitCertificates.run(input, testContext(moto))).toEqual({ issued: true });
  });

  test('one that has been deleted meanwhile is the user’s to explain', async () => {
    const { certificates } = await request();
    const [{ region, arn } = { region: '', arn: '' }] = certificates;
    await deleteCertificate(moto.lookingClients, region, arn);
    await expect(
      awaitCertificates.run({ deployment: testDeployment, certificates }, testContext(moto)),
    ).rejects.toMatchObject({ name: 'CertificateMissing' });
  });

  test('deletion takes all of ours in both regions, leaves others, and has nothing to do the second time', async () => {
    const { certificates } = await request();
    const foreign = await requestCertificate(
      moto.lookingClients,
      'us-east-1',
      ['example.com'],
      {},
      'foreign',
    );

    const { deleted } = await deleteCertificates.run(
      { deployment: testDeployment, domains },
      testContext(moto),
    );
    expect(deleted.sort()).toEqual(certificates.map(({ arn }) => arn).sort());
    expect(await describeCertificate(moto.lookingClients, 'us-east-1', foreign)).toBeDefined();
    moto.forgetCalls();
    expect(await deleteCertificates.run({ deployment: testDeployment }, testContext(moto))).toEqual({
      deleted: [],
    });
    expect(moto.mutatingCalls()).toEqual([]);
  });
});

describe('certificates in a state that moto does not have', () => {
  const arn = 'arn:aws:acm:us-east-1:123456789012:certificate/1';
  const described = (detail: object) => ({
    Certificate: { CertificateArn: arn, DomainName: 'example.com', ...detail },
  });
  const listed = (Status: string) => ({
    CertificateSummaryList: [{ CertificateArn: arn, DomainName: 'example.com', Status }],
  });
  const tags = { Tags: [{ Key: ownerTag, Value: 'acme' }] };
  const deployment = { ...testDeployment, region: 'us-east-1', tags: { [ownerTag]: 'acme' } };
  const context = (answers: Parameters<typeof answeringClients>[0]) => {
    const { clients, called } = answeringClients(answers);
    return { called, context: testContext({} as never, { clients }) };
  };

  test('validation records that ACM has not offered yet are awaited', async () => {
    const { context: answering } = context({
      ListCertificates: listed('PENDING_VALIDATION'),
      ListTagsForCertificate: tags,
      DescribeCertificate: described({
        Status: 'PENDING_VALIDATION',
        DomainValidationOptions: [{ DomainName: 'example.com', ValidationStatus: 'PENDING_VALIDATION' }],
      }),
    });
    await expect(
      requestCertificates.run({ deployment, domains: ['example.com'] }, answering),
    ).rejects.toMatchObject({ name: 'CertificateRecordsPending' });
  });

  test('a failed one is reported with its reason, and another is requested by the next execution', async () => {
    const failed = described({
      Status: 'FAILED',
      FailureReason: 'CAA_ERROR',
      DomainValidationOptions: [{ DomainName: 'example.com', ValidationStatus: 'FAILED' }],
    });
    await expect(
      awaitCertificates.run(
        { deployment, certificates: [{ purpose: 'cognito', region: 'us-east-1', arn }] },
        context({ DescribeCertificate: failed }).context,
      ),
    ).rejects.toMatchObject({
      name: 'CertificateFailed',
      message: expect.stringMatching(
        /example\.com is FAILED \(CAA_ERROR\).*start a new execution/s,
      ) as string,
    });

    const { called, context: answering } = context({
      ListCertificates: listed('FAILED'),
      RequestCertificate: { CertificateArn: `${arn}2` },
      DescribeCertificate: described({
        Status: 'PENDING_VALIDATION',
        DomainValidationOptions: [
          {
            DomainName: 'example.com',
            ResourceRecord: { Name: '_v.example.com.', Type: 'CNAME', Value: 'x.' },
          },
        ],
      }),
    });
    await requestCertificates.run({ deployment, domains: ['example.com'] }, answering);
    expect(called).toContain('RequestCertificate');
  });

  test('one that a load balancer still holds is not deleted, and awaited', async () => {
    const { called, context: answering } = context({
      ListCertificates: listed('ISSUED'),
      ListTagsForCertificate: tags,
      DescribeCertificate: described({ Status: 'ISSUED', InUseBy: ['arn:aws:elasticloadbalancing:…'] }),
    });
    await expect(deleteCertificates.run({ deployment }, answering)).rejects.toMatchObject({
      name: 'DeletionPending',
    });
    expect(called).not.toContain('DeleteCertificate');
  });
});
