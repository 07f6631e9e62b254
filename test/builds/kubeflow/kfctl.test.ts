import { requireSupported } from '../../../builds/kubeflow/supported';
import { renderKfDef, runKfctl } from '../../../builds/kubeflow/kfctl';
import { configurationWith, identity } from '../support';

const configuration = configurationWith({ kubeflow: { installer: 'kfctl' }, kubernetes_version: '1.21' });

describe("the seed's KfDef", () => {
  const definition = renderKfDef(configuration, identity) as {
    spec: {
      applications: { name: string; kustomizeConfig: { repoRef: { name: string; path: string } } }[];
      plugins: { spec: { roles: string[] } }[];
    };
  };

  test('has its applications in its order, but for the one that reports to others', () => {
    expect(definition.spec.applications.map(({ name }) => name)).toEqual([
      'namespaces',
      'istio-stack',
      'cluster-local-gateway',
      'istio',
      'application',
      'cert-manager-crds',
      'cert-manager-kube-system-resources',
      'cert-manager',
      'metacontroller',
      'bootstrap',
      'spark-operator',
      'knative',
      'kfserving',
      'kubeflow-apps',
      'istio-ingress',
      'aws-istio-authz-adaptor',
    ]);
    expect(
      new Set(definition.spec.applications.map(({ kustomizeConfig }) => kustomizeConfig.repoRef.name)),
    ).toEqual(new Set(['manifests']));
  });

  test('logs in by the pool, logs to CloudWatch, and takes the role of the nodes', () => {
    expect(definition).toMatchObject({
      apiVersion: 'kfdef.apps.kubeflow.org/v1',
      kind: 'KfDef',
      metadata: { name: 'acme', namespace: 'kubeflow' },
      spec: {
        plugins: [
          {
            kind: 'KfAwsPlugin',
            spec: {
              region: 'eu-central-1',
              addons: ['fluentd-cloud-watch'],
              enablePodIamPolicy: false,
              auth: {
                cognito: {
                  certArn: identity.certificateArn,
                  cognitoAppClientId: identity.clientId,
                  cognitoUserPoolArn: identity.userPoolArn,
                  cognitoUserPoolDomain: identity.cognitoDomain,
                },
              },
            },
          },
        ],
        repos: [{ name: 'manifests', uri: 'https://github.com/kubeflow/manifests/archive/v1.2.0.tar.gz' }],
      },
    });
    expect(definition.spec.plugins[0]?.spec.roles).toEqual(['kubeflow_kubeflow_Worker_acme_eu-central-1']);
  });

  test('kfctl is given it, and the cluster, by files', async () => {
    const calls: unknown[] = [];
    await runKfctl({
      configuration,
      identity,
      kubeconfig: '/somewhere/config',
      run: async (command, args, options) => {
        calls.push([command, args.slice(0, -1), options?.env]);
        return Promise.resolve({ code: 0, stdout: '', stderr: '' });
      },
      say: () => undefined,
    });
    expect(calls).toEqual([['kfctl', ['apply', '-V', '-f'], { KUBECONFIG: '/somewhere/config' }]]);
  });
});

describe('an installer on a Kubernetes that cannot take it is refused before anything is applied', () => {
  test.each(['1.22', '1.30', '1.35'])('kfctl on %s: why, and what to do instead', (version) => {
    const refused = (): void => {
      requireSupported('kfctl', version);
    };
    expect(refused).toThrow(
      new RegExp(`Kubernetes ${version}: .*v1beta1.*1\\.21 or older.*nothing older than.*"kustomize"`),
    );
    expect(refused).toThrow(expect.objectContaining({ name: 'InstallerRefused' }) as Error);
  });

  test.each(['1.30', '1.33'])('kustomize on %s: which version it needs', (version) => {
    expect(() => {
      requireSupported('kustomize', version);
    }).toThrow(/needs Kubernetes 1\.34 or later.*Raise kubernetes_version/);
  });

  test.each([
    ['kfctl', '1.19'],
    ['kfctl', '1.21'],
    ['kustomize', '1.34'],
    ['kustomize', '1.35'],
  ] as const)('%s on %s is not', (installer, version) => {
    expect(() => {
      requireSupported(installer, version);
    }).not.toThrow();
  });
});
