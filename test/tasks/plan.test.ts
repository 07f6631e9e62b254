import { CreateClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { createClients } from '../../adapters/aws/clients';
import { NotReadyError } from '../../core/errors';
import { accessEntries } from '../../local/region/overlays/eks-access-entries';
import { lambdaConfiguration } from '../../local/region/overlays/lambda-configuration';
import { task as ensureAppClient } from '../../tasks/app-client/ensure-app-client';
import { task as ensureCustomDomain } from '../../tasks/custom-domain/ensure-custom-domain';
import { task as ensureNotifications } from '../../tasks/notifications/ensure-notifications';
import { task as ensureRecords } from '../../tasks/records/ensure-records';
import { task as ensureSamlProvider } from '../../tasks/saml-provider/ensure-saml-provider';
import { task as ensureUserPool } from '../../tasks/user-pool/ensure-user-pool';
import { task as grantClusterAccess } from '../../tasks/cluster/grant-cluster-access';
import { task as permitTrigger } from '../../tasks/user-pool/permit-trigger';
import { task as registerDeployment } from '../../tasks/registry/register-deployment';
import { task as requestCertificates } from '../../tasks/certificates/request-certificates';
import { task as setConcurrency } from '../../tasks/user-pool/set-concurrency';
import { task as tagSubnets } from '../../tasks/subnets/tag-subnets';
import { planStep, refuseChanges, type StepPlan } from '../../tasks/support/plan-step';
import type { Task } from '../../tasks/support/task';
import { useMoto } from '../support/moto';
import { makeNetwork, type TestNetwork } from '../support/network';
import { makeRegistry, registryEnvironment } from '../support/registry';
import { taskFiles } from '../support/task-files';
import { testContext, testDeployment as deployment } from '../support/task-context';

const functionName = 'kubeflow-eks-profile-manager';
const triggerArn = `arn:aws:lambda:eu-central-1:123456789012:function:${functionName}:live`;
const environment = {
  ...registryEnvironment,
  PROFILE_MANAGER_ALIAS_ARN: triggerArn,
  NOTIFICATION_TOPIC_ARN: 'arn:aws:sns:eu-central-1:123456789012:kubeflow-eks-notifications',
};
const samlMetadata = { url: 'https://adfs.example.com/FederationMetadata/2007-06/FederationMetadata.xml' };

/** What the steps of an account have found, by the names of the workflow's variables. */
interface Known {
  network: TestNetwork;
  hostedZoneId: string;
  pool: { userPoolId: string; userPoolArn: string };
  certificates: { arn: string }[];
  client: { clientId: string };
}

/** A step that changes something: its task, and its arguments where the steps before it have been done. */
interface Step {
  task: { spec: { name: string }; run: Task<unknown, unknown>['run'] };
  input: (known: Known) => object;
  /** What of it later steps work with. */
  keeps?: (result: never) => Partial<Known>;
  /** What a plan of it says first, where nothing is there yet. */
  first: { action: string; what: RegExp };
  /** Its result says what it did, or what people have done since: it is another the second time. */
  tellsWhatItDid?: true;
}

const steps: Step[] = [
  {
    task: tagSubnets,
    input: ({ network }) => network,
    first: { action: 'change', what: /^tags of vpc-/ },
  },
  {
    task: requestCertificates,
    input: () => ({ domains: ['example.com', '*.example.com'] }),
    keeps: ({ certificates }: { certificates: { arn: string }[] }) => ({ certificates }),
    first: { action: 'create', what: /^certificate in us-east-1 for example\.com, \*\.example\.com$/ },
  },
  {
    task: ensureRecords,
    input: ({ hostedZoneId }) => ({
      hostedZoneId,
      // The first is the parent of the login's domain, which Cognito wants to see.
      records: ['auth.example.com', 'b.example.com'].map((name) => ({
        name,
        type: 'A',
        ttl: 60,
        values: ['192.0.2.1'],
      })),
    }),
    first: { action: 'create', what: /^record A auth\.example\.com$/ },
    tellsWhatItDid: true,
  },
  {
    task: ensureUserPool,
    input: () => ({ triggerArn }),
    keeps: (pool: Known['pool']) => ({ pool }),
    first: { action: 'create', what: /^user pool acme$/ },
  },
  {
    task: permitTrigger,
    input: ({ pool }) => ({ userPoolArn: pool.userPoolArn }),
    first: { action: 'create', what: /^permission for arn:.* to call arn:/ },
  },
  {
    task: ensureSamlProvider,
    input: ({ pool }) => ({ userPoolId: pool.userPoolId, samlMetadata }),
    first: { action: 'create', what: /^SAML provider ADFS of / },
  },
  {
    task: ensureAppClient,
    input: ({ pool }) => ({
      userPoolId: pool.userPoolId,
      kubeflowDomain: 'kubeflow.example.com',
      providerName: 'ADFS',
    }),
    keeps: (client: Known['client']) => ({ client }),
    first: { action: 'create', what: /^app client acme of / },
  },
  {
    task: ensureCustomDomain,
    input: ({ pool, certificates }) => ({
      userPoolId: pool.userPoolId,
      domain: 'login.auth.example.com',
      certificateArn: certificates[0]?.arn,
    }),
    first: { action: 'create', what: /^custom domain login\.auth\.example\.com$/ },
  },
  {
    task: grantClusterAccess,
    input: () => ({
      clusterName: 'acme',
      entries: [
        { principalArn: 'arn:aws:iam::123456789012:role/one', kubernetesGroups: ['one'] },
        { principalArn: 'arn:aws:iam::123456789012:role/two', kubernetesGroups: ['two'] },
      ],
    }),
    first: { action: 'create', what: /^access of .*role\/one to the cluster acme$/ },
  },
  {
    task: registerDeployment,
    input: ({ pool, client }) => ({
      configuration: {
        route53_domain: 'example.com',
        adfs_url: 'adfs.example.com',
        lambda_concurrency_enabled: true,
        lambda_profile_concurrency: 5,
      },
      found: {
        vpc: { id: 'vpc-1', cidr: '10.0.0.0/16' },
        subnets: { private: [], public: [] },
        hostedZone: { id: 'Z1', name: 'example.com' },
      },
      cluster: { name: 'acme', endpoint: 'https://api.example.com', certificateAuthority: 'UEVN' },
      identity: { ...pool, ...client },
      ingress: {},
    }),
    first: { action: 'create', what: /^registration of the user pool / },
  },
  {
    task: ensureNotifications,
    input: () => ({ email: 'platform@acme.example' }),
    first: { action: 'create', what: /^topic / },
    tellsWhatItDid: true,
  },
  {
    task: setConcurrency,
    input: () => ({ asked: 5 }),
    first: { action: 'create', what: /: 5 instances$/ },
  },
];

const changesSomething = /context\s*\.(?:mutate|produce)\(/;

/** Tasks of other workflows alone. */
const elsewhere = /^(?:delete|revoke|untag|unregister)-/;

test('every task of provision that changes something is in the table', () => {
  const names = taskFiles()
    .filter(({ name, text }) => !elsewhere.test(name) && changesSomething.test(text))
    .map(({ name }) => name);
  expect(steps.map(({ task }) => task.spec.name).sort()).toEqual(names.sort());
});

describe('in plan mode', () => {
  const moto = useMoto({
    functions: steps.map(({ task }) => task.spec.name),
    services: () => ({
      lambda: [
        lambdaConfiguration({ accountId: '123456789012', functionExists: (name) => name === functionName })
          .handler,
      ],
      eks: [accessEntries('123456789012').handler],
    }),
  });
  const plan = (
    { task }: Step,
    input: object,
    relations: { unknown?: string[]; pending?: string[] } = {},
  ) => {
    const context = testContext(moto, { environment, readOnly: true });
    const request = { mode: 'plan' as const, unknown: [], pending: [], ...relations };
    return planStep(request, context, () => task.run({ deployment, ...input }, context));
  };

  /** What is under way is done at the second look. */
  const done = (run: () => Promise<unknown>) =>
    run().catch((error: unknown) => {
      if (error instanceof NotReadyError) return run();
      throw error;
    });

  test('each step says what it would do and does nothing; done, it leaves everything and knows its result', async () => {
    await makeRegistry(moto.lookingClients);
    await moto.lookingClients.get(EKSClient).send(
      new CreateClusterCommand({
        name: 'acme',
        roleArn: 'arn:aws:iam::123456789012:role/acme_kubeflow_Cluster',
        resourcesVpcConfig: { subnetIds: ['subnet-1', 'subnet-2'] },
        tags: deployment.tags,
      }),
    );
    const { HostedZone: zone } = await moto.lookingClients
      .get(Route53Client)
      .send(new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'one' }));
    let known: Partial<Known> = {
      network: await makeNetwork(moto.lookingClients),
      hostedZoneId: zone?.Id?.replace('/hostedzone/', '') ?? '',
    };

    for (const step of steps) {
      const { name } = step.task.spec;
      const input = step.input(known as Known);
      moto.forgetCalls();
      const before: StepPlan<unknown> = await plan(step, input);
      expect([name, moto.mutatingCalls()]).toEqual([name, []]);
      expect([name, before.changes[0], before.problem]).toEqual([
        name,
        { action: step.first.action, what: expect.stringMatching(step.first.what) as string },
        undefined,
      ]);

      const result = await done(() =>
        step.task.run({ deployment, ...input }, testContext(moto, { environment })),
      );
      known = { ...known, ...step.keeps?.(result as never) };
      moto.forgetCalls();
      const after = await plan(step, input);
      expect([name, moto.mutatingCalls()]).toEqual([name, []]);
      expect([name, after]).toEqual([
        name,
        { changes: [], result: step.tellsWhatItDid ? (expect.anything() as unknown) : result },
      ]);
    }
  });

  test('a step tells all its changes, also those that follow another', async () => {
    const network = await makeNetwork(moto.lookingClients);
    const [tag, , records] = steps as [Step, Step, Step];
    expect((await plan(tag, network)).changes).toHaveLength(3);
    const { HostedZone: zone } = await moto.lookingClients
      .get(Route53Client)
      .send(new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'one' }));
    const input = records.input({ hostedZoneId: zone?.Id?.replace('/hostedzone/', '') } as Known);
    expect((await plan(records, input)).changes).toHaveLength(2);
    expect((await plan(steps[1] as Step, { domains: ['example.com'] })).changes).toEqual(
      ['us-east-1', 'eu-central-1'].map((region) => ({
        action: 'create',
        what: `certificate in ${region} for example.com`,
      })),
    );
  });

  test('what the steps before it would have to make is not asked for', async () => {
    const [, , , , permit] = steps as [Step, Step, Step, Step, Step];
    moto.forgetCalls();
    expect(await plan(permit, { userPoolArn: null }, { unknown: ['Ensure user pool'] })).toEqual({
      changes: [],
      follows: ['Ensure user pool'],
    });
    expect(moto.calls).toEqual([]);
  });
});

describe('the second lock on the door', () => {
  const clients = createClients({
    region: 'eu-central-1',
    endpoint: 'http://127.0.0.1:9',
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'local' },
    maxAttempts: 1,
    onCall: refuseChanges,
  });
  afterAll(() => {
    clients.destroy();
  });

  test('stops a change before it is sent, as a defect and not as a finding', async () => {
    const creating = () =>
      clients
        .get(Route53Client)
        .send(new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'one' }));
    await expect(creating()).rejects.toThrow(/plan mode was about to call Route53 CreateHostedZone/);
    const context = testContext({ clients } as never, { readOnly: true });
    await expect(planStep({ mode: 'plan', unknown: [], pending: [] }, context, creating)).rejects.toThrow(
      /plan mode was about to call/,
    );
  });
});
