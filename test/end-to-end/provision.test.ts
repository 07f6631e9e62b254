import { ACMClient, DescribeCertificateCommand, ListCertificatesCommand } from '@aws-sdk/client-acm';
import {
  DescribeIdentityProviderCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  DescribeAccessEntryCommand,
  DescribeClusterCommand,
  DescribeNodegroupCommand,
  EKSClient,
} from '@aws-sdk/client-eks';
import {
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usualComponents } from '../../core/configuration/schema';
import { deploymentNames, kubernetesGroups, ownerTag, stackNames } from '../../core/naming';
import { readRun } from '../../adapters/aws/registry-runs';
import type { LoggedRequest } from '../../local/region/gateway/request-log';
import { waitFor } from '../../local/processes/wait-for';
import { isOurWrite } from '../support/installed';
import { makePlan, notLeft, type MadePlan } from '../support/plan';
import { makeTenant } from '../support/broken-accounts';
import { clusterOf, seedConfiguration as wanted, useRegion } from '../support/region';

const region = useRegion();
const name = wanted.eks_name;

let executionArn: string;
let planned: MadePlan;
let outputs: {
  userPoolId: string;
  userPoolArn: string;
  clientId: string;
  secretArn: string;
  certificateArn: string;
  loadBalancer: string;
};

beforeAll(async () => {
  const { start, finish, document } = region();
  planned = await makePlan(region(), document);
  executionArn = await start('provision', document);
  const { execution, view } = await finish(executionArn);
  expect(view.steps.filter(({ status }) => status !== 'SUCCEEDED')).toEqual([]);
  expect(execution.status).toBe('SUCCEEDED');
  outputs = JSON.parse(execution.output ?? '{}') as typeof outputs;
}, 600_000);

describe('what a provisioning leaves is what the configuration asks for', () => {
  test('the user pool, its provider, its client and its domain', async () => {
    const cognito = region().clients.get(CognitoIdentityProviderClient);
    const { UserPool: pool } = await cognito.send(
      new DescribeUserPoolCommand({ UserPoolId: outputs.userPoolId }),
    );
    expect(pool).toMatchObject({
      Name: name,
      AutoVerifiedAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
      LambdaConfig: {
        PreTokenGenerationConfig: {
          LambdaArn: expect.stringMatching(/:function:kubeflow-eks-profile-manager:live$/) as string,
          LambdaVersion: 'V2_0',
        },
      },
      UserPoolTags: { [ownerTag]: name, team: 'ml', env: 'demo' },
    });
    expect(pool?.SchemaAttributes).toContainEqual(
      expect.objectContaining({
        Name: 'custom:groups',
        AttributeDataType: 'String',
        Mutable: true,
        StringAttributeConstraints: expect.objectContaining({ MaxLength: '2048' }) as object,
      }),
    );

    const { IdentityProvider: provider } = await cognito.send(
      new DescribeIdentityProviderCommand({ UserPoolId: outputs.userPoolId, ProviderName: 'ADFS' }),
    );
    expect(provider).toMatchObject({
      ProviderType: 'SAML',
      ProviderDetails: {
        MetadataURL: 'https://adfs.acme.example/FederationMetadata/2007-06/FederationMetadata.xml',
      },
      AttributeMapping: {
        email: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
        email_verified: 'https://aws.amazon.com/SAML/Attributes/validation',
        'custom:groups': 'https://aws.amazon.com/SAML/Attributes/Role',
      },
    });

    const { UserPoolClient: client } = await cognito.send(
      new DescribeUserPoolClientCommand({ UserPoolId: outputs.userPoolId, ClientId: outputs.clientId }),
    );
    expect(client).toMatchObject({
      ClientName: name,
      AllowedOAuthFlows: ['code'],
      SupportedIdentityProviders: ['ADFS'],
      PreventUserExistenceErrors: 'ENABLED',
      RefreshTokenValidity: 60,
      TokenValidityUnits: { RefreshToken: 'minutes' },
    });
    expect([...(client?.AllowedOAuthScopes ?? [])].sort()).toEqual(['email', 'openid']);
    expect(client?.CallbackURLs).toContain(`https://${wanted.kubeflow_domain}/oauth2/callback`);

    const { DomainDescription: domain } = await cognito.send(
      new DescribeUserPoolDomainCommand({ Domain: wanted.cognito_domain }),
    );
    expect(domain?.UserPoolId).toBe(outputs.userPoolId);
  });

  test('one issued certificate with every name', async () => {
    const acm = region().clients.get(ACMClient);
    const { CertificateSummaryList: certificates = [] } = await acm.send(new ListCertificatesCommand({}));
    expect(certificates).toHaveLength(1);
    const { Certificate: certificate } = await acm.send(
      new DescribeCertificateCommand({ CertificateArn: outputs.certificateArn }),
    );
    expect(certificate).toMatchObject({ Status: 'ISSUED', DomainName: wanted.route53_domain });
    expect([...(certificate?.SubjectAlternativeNames ?? [])].sort()).toEqual(
      [wanted.route53_domain, ...wanted.cert_alt_names].sort(),
    );
  });

  test('the records of the hosted zone', async () => {
    const route53 = region().clients.get(Route53Client);
    const { HostedZones: [zone] = [] } = await route53.send(new ListHostedZonesCommand({}));
    const { ResourceRecordSets: records = [] } = await route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: zone?.Id }),
    );
    const aliasOf = (host: string): string | undefined =>
      records
        .find(({ Name, Type }) => Name === `${host}.` && Type === 'A')
        ?.AliasTarget?.DNSName?.replace(/\.$/, '');
    expect(aliasOf(wanted.kubeflow_domain)).toContain(outputs.loadBalancer);
    expect(aliasOf(wanted.auth_base_domain)).toContain(outputs.loadBalancer);
    expect(aliasOf(wanted.cognito_domain)).toMatch(/\.cloudfront\.net$/);
    expect(records.filter(({ Type, TTL }) => Type === 'CNAME' && TTL === 60)).toHaveLength(4);
  });

  test('the cluster, its nodes and who may use it', async () => {
    const { clients } = region();
    const eks = clients.get(EKSClient);
    const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
    expect(cluster).toMatchObject({ status: 'ACTIVE', version: '1.35', tags: { [ownerTag]: name } });
    const { nodegroup } = await eks.send(
      new DescribeNodegroupCommand({ clusterName: name, nodegroupName: deploymentNames.nodeGroup(name) }),
    );
    expect(nodegroup).toMatchObject({
      instanceTypes: [wanted.cpu_worker_type],
      scalingConfig: { minSize: 1, maxSize: 6, desiredSize: 6 },
    });
    const { accessEntry } = await eks.send(
      new DescribeAccessEntryCommand({
        clusterName: name,
        principalArn: `arn:aws:iam::${wanted.account_id}:role/kubeflow-eks-profile-manager-us-east-1`,
      }),
    );
    expect(accessEntry?.kubernetesGroups).toEqual([kubernetesGroups.profileManager]);

    const { Subnets: subnets = [] } = await clients.get(EC2Client).send(
      new DescribeSubnetsCommand({
        Filters: [{ Name: `tag:kubernetes.io/cluster/${name}`, Values: ['shared'] }],
      }),
    );
    // Public and private ones in three zones.
    expect(subnets).toHaveLength(6);
  });

  test('the registration, and no lock', async () => {
    const { Items: items = [] } = await region()
      .clients.get(DynamoDBClient)
      .send(new ScanCommand({ TableName: stackNames.table }));
    const keys = items.map(({ pk, sk }) => `${pk?.S ?? ''} ${sk?.S ?? ''}`);
    expect(keys).toContain(`deployment#${name} registration`);
    expect(keys).toContain(`pool#${outputs.userPoolId} registration`);
    expect(keys).not.toContain(`deployment#${name} lock`);
  });

  test('the objects of the cluster, read with kubectl', async () => {
    const cluster = region().region.clusters.find(name);
    const { stdout } = (await cluster?.kubectl(['get', 'ingress,deployments', '-A', '-o', 'name'])) ?? {
      stdout: '',
    };
    expect(stdout).toContain('ingress.networking.k8s.io/istio-ingress');
    expect(stdout).toContain('deployment.apps/oauth2-proxy');
  });
});

describe('a plan', () => {
  const verdicts = ({ plan }: MadePlan, verdict: string): string[] =>
    plan.steps.filter((step) => step.verdict === verdict).map(({ state }) => state);

  test('of a fresh account says what would be made and what follows from that, and changes nothing', () => {
    expect(planned).toMatchObject({ changes: [], writes: [] });
    expect(verdicts(planned, 'problem')).toEqual([]);
    expect(notLeft(planned.plan)).toMatchObject({
      'Tag subnets': { verdict: 'change' },
      'Create cluster': {
        changes: expect.arrayContaining([
          { action: 'create', what: expect.stringContaining(`cluster ${name}`) as string },
        ]) as object,
      },
      'Request certificates': { verdict: 'create' },
      'Ensure user pool': { verdict: 'create', changes: [{ action: 'create', what: `user pool ${name}` }] },
      'Permit trigger': { verdict: 'follows', follows: ['Ensure user pool'] },
      'Install Kubeflow': { verdict: 'follows' },
      'Await ingress': { verdict: 'follows', follows: ['Describe cluster'] },
      'Set concurrency': { verdict: 'create' },
    });
  });

  test('of what is there leaves everything, in AWS and in the cluster', async () => {
    const { plan, changes: calls, writes } = await makePlan(region(), region().document);
    expect({ notLeft: notLeft(plan), calls, writes }).toEqual({ notLeft: {}, calls: [], writes: [] });
  }, 300_000);

  test('of a changed configuration shows just what differs', async () => {
    const { document } = region();
    const made = await makePlan(region(), {
      ...document,
      nodegroup_desired_size: 4,
      kubeflow: { components: usualComponents.filter((component) => component !== 'spark') },
    });
    expect({ calls: made.changes, writes: made.writes }).toEqual({ calls: [], writes: [] });
    expect(notLeft(made.plan)).toEqual({
      'Create cluster': {
        verdict: 'change',
        changes: [{ action: 'change', what: expect.stringMatching(/nodegroup.*4 nodes/) as string }],
      },
      'Install Kubeflow': {
        verdict: 'change',
        changes: [{ action: 'remove', what: expect.stringMatching(/^Spark operator/) as string }],
      },
      'Register deployment': {
        verdict: 'change',
        changes: [{ action: 'change', what: `registration of the deployment ${name}` }],
      },
    });
  }, 300_000);

  test('with another name for the certificate shows the certificate, and what takes it', async () => {
    const { document } = region();
    const names = [...wanted.cert_alt_names, `more.${wanted.route53_domain}`];
    const { plan } = await makePlan(region(), { ...document, cert_alt_names: names });
    const follows = { verdict: 'follows', changes: [], follows: ['Request certificates'] };
    expect(notLeft(plan)).toEqual({
      'Request certificates': {
        verdict: 'create',
        changes: [
          { action: 'create', what: expect.stringContaining(`more.${wanted.route53_domain}`) as string },
        ],
      },
      'Create validation records': follows,
      'Await certificates': follows,
      'Ensure custom domain': follows,
      'Install Kubeflow': follows,
      'Register deployment': follows,
    });
  }, 300_000);
});

/** What changed a resource, the lock and the records of the run left out. */
function changes(mark: number): LoggedRequest[] {
  return region().region.gateway.log.since(
    mark,
    ({ mutating, subject }) => mutating && !/\/(lock|latest-run|run#.*)$/.test(subject ?? ''),
  );
}

test('what the steps have seen of assumptions is in the record, with the host that is not AWS', async () => {
  const run = await readRun(region().clients, stackNames.table, name, executionArn);
  const seen = run?.assumptions ?? [];
  expect(seen.filter(({ verdict }) => verdict === 'refuted')).toEqual([]);
  expect(seen.flatMap(({ id, verdict }) => (verdict === 'verified' ? [id] : []))).toEqual(
    expect.arrayContaining([
      'build-quota-code',
      'instance-quota-codes',
      'metadata-defaults',
      'cluster-versions',
      'concurrency-limit',
      'name-servers',
      'redrive-count',
      'certificate-time',
      'parent-record',
      'domain-description',
    ]),
  );
  expect(seen.find(({ id }) => id === 'domain-description')?.elsewhere).toBeDefined();
});

test('the same configuration once more makes no mutating call, in AWS or in the cluster', async () => {
  const { start, finish, document, region: local } = region();
  const cluster = local.clusters.find(name);
  const mark = local.gateway.log.mark();
  const audit = await cluster?.audit.mark();

  const { execution } = await finish(await start('provision', document));

  expect(execution.status).toBe('SUCCEEDED');
  expect(changes(mark)).toEqual([]);
  const writes = (await cluster?.audit.since(audit ?? 0))?.filter(isOurWrite);
  expect(writes).toEqual([]);
}, 600_000);

test('of two executions for one deployment the second is refused with the ARN of the first', async () => {
  const { start, finish, document, region: local } = region();
  // The first stands still in its build until the second has been refused.
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  local.faults.hold = (stateName) => (stateName === 'Preflight checks' ? held : undefined);
  const first = await start('provision', document);
  await waitForLock(first);
  delete local.faults.hold;

  const second = await finish(await start('provision', document));
  release();

  expect(second.execution).toMatchObject({ status: 'FAILED', error: 'DeploymentLocked' });
  expect(second.execution.cause).toContain(first);
  expect((await finish(first)).execution.status).toBe('SUCCEEDED');
}, 600_000);

async function waitForLock(holder: string): Promise<void> {
  for (;;) {
    const { Items: items = [] } = await region()
      .clients.get(DynamoDBClient)
      .send(new ScanCommand({ TableName: stackNames.table }));
    if (items.some(({ executionArn: arn }) => arn?.S === holder)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('no secret is in a history, a log or a build environment', async () => {
  const { clients, region: local } = region();
  const { SecretString: text = '{}' } = await clients
    .get(SecretsManagerClient)
    .send(new GetSecretValueCommand({ SecretId: outputs.secretArn }));
  const { clientSecret, cookieSecret } = JSON.parse(text) as Record<string, string>;
  const secrets = [
    clientSecret,
    cookieSecret,
    ...local.credentials
      .all()
      .flatMap(({ secretAccessKey, sessionToken }) => [secretAccessKey, sessionToken]),
  ].filter((secret) => secret !== undefined);
  expect(secrets.length).toBeGreaterThan(10);
  expect(clientSecret?.length).toBeGreaterThan(20);

  const { dir } = local.options;
  const files = [...(await filesBelow(join(dir, 'logs'))), ...(await filesBelow(join(dir, 'executions')))];
  expect(files.length).toBeGreaterThan(20);
  const found: string[] = [];
  for (const file of files) {
    const content = await readFile(file, 'utf8');
    for (const secret of secrets) if (content.includes(secret)) found.push(file);
  }
  expect(found).toEqual([]);
  expect(JSON.stringify(local.builds.all())).not.toContain(clientSecret);
});

test('a model is shown and routed under the address that the load balancer takes, and its webhook is reached', async () => {
  await makeTenant(region(), 'ml-team');
  const { client } = clusterOf(region());
  const path = '/apis/serving.kserve.io/v1beta1/namespaces/ml-team/inferenceservices/flowers';
  await client.apply({
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: { name: 'flowers', namespace: 'ml-team' },
    spec: { predictor: { model: { modelFormat: { name: 'sklearn' } } } },
  });
  const url = await waitFor(async () => (await client.get<{ status?: { url?: string } }>(path)).status?.url, {
    what: 'the model to be shown',
  });
  expect(url).toBe(`https://${wanted.kubeflow_domain}/serving/ml-team/flowers`);
  const { spec } = await client.get<{ spec: { hosts: string[] } }>(
    '/apis/networking.istio.io/v1/namespaces/ml-team/virtualservices/flowers',
  );
  const ingress = await client.get<{ spec: { rules: { host: string }[] } }>(
    '/apis/networking.k8s.io/v1/namespaces/istio-system/ingresses/istio-ingress',
  );
  expect(spec.hosts).toContain(ingress.spec.rules[0]?.host);
}, 120_000);

async function filesBelow(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
