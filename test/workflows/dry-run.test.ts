import { allStates, definitionOf, taskOf } from './definition';
import { dryRun, loadTask } from './dry-run';
import { exampleConfiguration, results, target } from './samples';

/** CodeBuild takes no longer value of an environment variable. */
const longestVariable = 4096;

function failure(name: string, message = ''): Error {
  return Object.assign(new Error(message), { name });
}

it.each(Object.keys(results))('the sample of %s is what the task may return', async (file) => {
  const { spec } = await loadTask(file);
  expect(spec.output.safeParse(results[file]).error?.issues ?? []).toEqual([]);
});

describe('provision', () => {
  it('sends every task what it takes, and nothing else', async () => {
    const run = await dryRun('provision', exampleConfiguration);
    expect(run.record).toMatchObject({ status: 'SUCCEEDED' });
    expect(run.problems).toEqual([]);
    const tasks = allStates(definitionOf('provision')).filter(([, state]) => taskOf(state) !== undefined);
    expect(tasks.length).toBeGreaterThan(20);
    expect(run.calls.map(({ state }) => state).sort()).toEqual(tasks.map(([name]) => name).sort());
  });

  it('makes validation records of one name or of many', async () => {
    const record = (name: string) => ({ name, type: 'CNAME', value: `${name}.acm-validations.aws` });
    const { certificates } = results['request-certificates'] as { certificates: unknown };
    for (const names of [['_a.example.com'], ['_a.example.com', '_b.example.com', '_c.example.com']]) {
      const answer = { certificates, validationRecords: names.map(record) };
      const run = await dryRun('provision', exampleConfiguration, { 'Request certificates': answer });
      const call = run.calls.find(({ state }) => state === 'Create validation records');
      expect(call?.payload['records']).toEqual(
        names.map((name) => ({ name, type: 'CNAME', ttl: 60, values: [`${name}.acm-validations.aws`] })),
      );
    }
  });

  it('asks for every name of the certificate, once', async () => {
    const configuration = { ...exampleConfiguration, cert_alt_names: undefined };
    const { calls } = await dryRun('provision', JSON.parse(JSON.stringify(configuration)));
    const domains = calls.find(({ file }) => file === 'request-certificates')?.payload['domains'] as string[];
    expect(domains[0]).toBe(String(exampleConfiguration['route53_domain']).toLowerCase());
    expect(new Set(domains).size).toBe(domains.length);
    expect(domains.length).toBeGreaterThan(3);
  });

  it('gives Cognito its certificate and the load balancer its own', async () => {
    const { calls, builds } = await dryRun('provision', exampleConfiguration);
    expect(calls.find(({ file }) => file === 'ensure-custom-domain')?.payload['certificateArn']).toMatch(
      /cognito$/,
    );
    expect(JSON.parse(builds['Install Kubeflow']?.['IDENTITY'] ?? '')).toEqual({
      userPoolId: 'eu-central-1_AbCdEfGhI',
      userPoolArn: expect.any(String) as string,
      clientId: 'client',
      secretArn: expect.any(String) as string,
      certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/alb',
      cognitoDomain: expect.any(String) as string,
      providerName: 'ADFS',
      emailDomains: [],
    });
  });

  it('gives the builds neither metadata nor access rules, in variables that CodeBuild takes', async () => {
    const inline = `<EntityDescriptor>${'x'.repeat(90_000)}</EntityDescriptor>`;
    const access = {
      default_role: 'edit',
      reserved_namespaces: Array.from({ length: 300 }, (_, i) => `reserved-${i}`),
    };
    const { builds, calls } = await dryRun('provision', {
      ...exampleConfiguration,
      saml_metadata: { inline },
      access,
    });
    expect(Object.keys(builds)).toEqual(['Create cluster', 'Install Kubeflow']);
    for (const environment of Object.values(builds)) {
      for (const value of Object.values(environment))
        expect(value.length).toBeLessThanOrEqual(longestVariable);
      const configuration = JSON.parse(environment['CONFIGURATION'] ?? '') as Record<string, unknown>;
      expect(configuration).toMatchObject({ eks_name: exampleConfiguration['eks_name'] });
      expect(configuration['access']).toEqual({
        profile_owner: 'profiles@kubeflow-eks.invalid',
        self_service_profiles: false,
      });
      for (const key of ['saml_metadata', 'cert_alt_names']) expect(configuration).not.toHaveProperty(key);
    }
    const receivers = calls
      .filter(({ payload }) => JSON.stringify(payload).includes(inline))
      .map(({ file }) => file);
    expect(receivers).toEqual(['validate-configuration', 'check-prerequisites', 'ensure-saml-provider']);
    const registered = calls.find(({ file }) => file === 'register-deployment')?.payload['configuration'];
    expect(registered).toMatchObject({ saml_metadata: { inline: true } });
  });

  it('fails at once where the user has to change something', async () => {
    const run = await dryRun('provision', exampleConfiguration, {
      'Preflight checks': failure('VpcMissing', 'no VPC'),
    });
    expect(run.record).toMatchObject({ status: 'FAILED', failure: { error: 'VpcMissing' } });
    expect(run.calls.map(({ state }) => state)).toEqual([
      'Validate configuration',
      'Acquire lock',
      'Preflight checks',
    ]);
  });

  it('polls what is under way, up to its bound', async () => {
    const run = await dryRun('provision', exampleConfiguration, {
      'Await DNS in sync': failure('DnsChangePending'),
    });
    expect(run.record).toMatchObject({ status: 'FAILED', failure: { error: 'DnsChangePending' } });
    expect(run.calls.filter(({ state }) => state === 'Await DNS in sync')).toHaveLength(61);
  });
});

describe('resync', () => {
  it('sends every task what it takes, and ends with what it checked', async () => {
    const run = await dryRun('resync', {});
    expect(run.record).toMatchObject({ status: 'SUCCEEDED' });
    expect(run.problems).toEqual([]);
    expect(run.calls[0]?.payload).toMatchObject({ name: null });
    expect(run.events['Publish resync']).toMatchObject({ DetailType: 'Deployment Resynced' });
  });

  it('passes a named deployment on', async () => {
    const { calls } = await dryRun('resync', { deployment: 'acme' });
    expect(calls[0]?.payload).toMatchObject({ name: 'acme' });
  });

  it('runs once for many requests: it waits for more, or ends where another is to come', async () => {
    const input = { deployment: 'acme', requested: true };
    const first = await dryRun('resync', input);
    expect(first.problems).toEqual([]);
    expect(first.calls.slice(0, 2).map(({ file }) => file)).toEqual(['gather-resyncs', 'list-deployments']);
    expect(first.calls[1]?.payload).toMatchObject({ name: 'acme' });

    const covered = await dryRun('resync', input, {
      'Gather requests': { coveredBy: 'arn', waitSeconds: 0 },
    });
    expect(covered.record).toMatchObject({ status: 'SUCCEEDED' });
    expect(covered.calls.map(({ file }) => file)).toEqual(['gather-resyncs']);
  });

  it('succeeds where nothing is registered', async () => {
    const run = await dryRun('resync', {}, { 'List deployments': { deployments: [], busy: [] } });
    expect(run.record).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('goes on with the other checks where one fails, and hands all results to the record', async () => {
    const run = await dryRun('resync', {}, { 'Reconcile access': failure('AccessDenied', 'not ours') });
    const record = run.calls.find(({ file }) => file === 'record-resync');
    expect(record?.payload['results']).toMatchObject({
      access: { status: 'failed', error: 'AccessDenied', cause: 'not ours' },
      dns: { status: 'done' },
      saml: { status: 'done' },
    });
    expect(run.problems).toEqual([]);
  });

  it('asks the address as provision does, and goes on where it does not answer', async () => {
    const run = await dryRun('resync', {}, { 'Verify address': failure('EndpointNotReady', '503') });
    expect(run.calls.find(({ file }) => file === 'verify-endpoint')?.payload).toMatchObject({
      url: `https://${target.kubeflowDomain}`,
      cognitoDomain: target.cognitoDomain,
      clientId: target.clientId,
    });
    const record = run.calls.find(({ file }) => file === 'record-resync');
    expect(record?.payload['results']).toMatchObject({
      access: { status: 'done' },
      endpoint: { status: 'failed', error: 'EndpointNotReady', cause: '503' },
    });
    expect(run.record).toMatchObject({ status: 'SUCCEEDED' });
    expect(run.problems).toEqual([]);
  });

  it('ends as failed and names each deployment that needs attention', async () => {
    const deployments = ['one', 'two'].map((name) => ({
      ...target,
      deployment: { ...target.deployment, name },
    }));
    const run = await dryRun(
      'resync',
      {},
      {
        'List deployments': { deployments, busy: [] },
        'Record resync': {
          deployment: 'one',
          status: 'failed',
          reason: 'saml: UserPoolMissing',
          warnings: [],
        },
      },
    );
    expect(run.record).toMatchObject({ status: 'FAILED', failure: { error: 'ResyncIncomplete' } });
    expect(run.record.failure?.cause).toMatch(
      /^one: saml: UserPoolMissing; one: saml: UserPoolMissing\. Mend/,
    );
  });

  it('checks the others where a registration cannot be read, and ends as failed with its name', async () => {
    const unreadable = [{ deployment: 'old', status: 'failed', reason: 'RegistrationUnreadable: no zone' }];
    const answer = { deployments: [target], busy: [], unreadable };
    const run = await dryRun('resync', {}, { 'List deployments': answer });
    expect(run.calls.filter(({ file }) => file === 'reconcile-access')).toHaveLength(1);
    expect(run.record).toMatchObject({ status: 'FAILED', failure: { error: 'ResyncIncomplete' } });
    expect(run.record.failure?.cause).toMatch(/^old: RegistrationUnreadable: no zone\. Mend/);
  });

  it('checks every deployment even where results cannot be recorded', async () => {
    const deployments = ['one', 'two', 'three'].map((name) => ({
      ...target,
      deployment: { ...target.deployment, name },
    }));
    const run = await dryRun(
      'resync',
      {},
      {
        'List deployments': { deployments, busy: [] },
        'Record resync': failure('AccessDenied'),
      },
    );
    expect(run.calls.filter(({ file }) => file === 'reconcile-access')).toHaveLength(3);
    expect(run.record.failure?.cause).toContain('three: AccessDenied while the result was recorded');
  });
});

describe('destroy', () => {
  const left = (what: string) => ({ what, why: 'it is in use' });
  const configuration = {
    eks_name: 'acme',
    cognito_domain: 'cognito.auth.example.com',
    access: {},
    saml_metadata: {},
  };
  const loaded = { ...(results['load-registration'] as object), configuration };

  it.each([
    ['nothing', []],
    ['one thing', [left('the volume a')]],
    ['several', [left('the volume a'), left('the role b')]],
  ])('ends with what its steps have left: %s by the build', async (_what, byBuild) => {
    const answers = {
      'Load registration': loaded,
      'Tear down cluster': byBuild,
      'Delete app client': { deleted: [], left: [left('the secret c')] },
      'Delete certificates': { deleted: ['d'], left: [left('the certificate e'), left('the certificate f')] },
    };
    const run = await dryRun('destroy', { deployment: 'acme' }, answers);
    const all = [
      ...byBuild,
      ...['the secret c', 'the certificate e', 'the certificate f'].map((what) => left(what)),
    ];
    expect(run.output).toEqual({ deployment: 'acme', left: all });
    expect(run.events['Publish event']).toMatchObject({ Detail: { deployment: 'acme', left: all } });
  });

  it('sends every task what it takes, the cluster before the login, the lock last', async () => {
    const run = await dryRun('destroy', { deployment: 'acme' }, { 'Load registration': loaded });
    expect(run.record).toMatchObject({ status: 'SUCCEEDED' });
    expect(run.problems).toEqual([]);
    expect(run.calls.map(({ state }) => state)).toEqual([
      'Load registration',
      'Acquire lock',
      'Delete address records',
      'Revoke cluster access',
      'Await cluster gone',
      'Delete custom domain',
      'Delete app client',
      'Delete SAML provider',
      'Revoke trigger',
      'Delete user pool',
      'Delete certificates',
      'Delete validation records',
      'Untag subnets',
      'Delete notifications',
      'Unregister deployment',
      'Set concurrency',
      'Release lock',
    ]);
    expect(run.output).toEqual({ deployment: 'acme', left: [] });
    expect(run.builds['Tear down cluster']).toHaveProperty(
      'CONFIGURATION',
      JSON.stringify({
        eks_name: 'acme',
        cognito_domain: 'cognito.auth.example.com',
        access: {},
      }),
    );
  });

  it('says that there is no pool where there is none', async () => {
    const run = await dryRun(
      'destroy',
      { deployment: 'acme' },
      { 'Load registration': { ...loaded, identity: {} } },
    );
    expect(run.record).toMatchObject({ status: 'SUCCEEDED' });
    expect(run.problems).toEqual([]);
    expect(run.calls.find(({ state }) => state === 'Revoke trigger')?.payload).toMatchObject({
      userPoolArn: null,
    });
  });
});
