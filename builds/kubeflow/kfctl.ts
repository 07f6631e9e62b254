import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Configuration } from '../../core/configuration';
import { deploymentNames } from '../../core/naming';
import { kfctl } from '../../core/versions';
import type { Run } from '../support/command';
import type { Identity } from '../support/input';
import type { Say } from '../support/say';

/** Applications of Kubeflow 1.2 on AWS with Cognito, in kfctl's order, with their overlays. */
const applications: readonly [name: string, path: string][] = [
  ['namespaces', 'namespaces/base'],
  ['application', 'application/v3'],
  ['istio-stack', 'stacks/aws/application/istio-1-3-1-stack'],
  ['cluster-local-gateway', 'stacks/aws/application/cluster-local-gateway-1-3-1'],
  ['istio', 'stacks/aws/application/istio'],
  ['add-anonymous-user-filter', 'aws/istio-ingress/overlays/cognito'],
  ['cert-manager-crds', 'stacks/aws/application/cert-manager-crds'],
  ['cert-manager-kube-system-resources', 'stacks/aws/application/cert-manager-kube-system-resources'],
  ['cert-manager', 'stacks/aws/application/cert-manager'],
  ['metacontroller', 'metacontroller/base'],
  ['bootstrap', 'admission-webhook/bootstrap/overlays/application'],
  ['istio-ingress', 'aws/istio-ingress/overlays/cognito'],
  ['aws-alb-ingress-controller', 'aws/aws-alb-ingress-controller/overlays/vpc'],
  ['kubeflow-apps', 'stacks/aws'],
  ['fluentd-cloud-watch', 'aws/fluentd-cloud-watch'],
];

/**
 * The KfDef of the seed: Kubeflow 1.2 on AWS, behind a load balancer that itself asks Cognito. For clusters that still
 * run Kubernetes 1.21 or older.
 */
export function renderKfDef(configuration: Configuration, identity: Identity): object {
  const { eks_name: name, region, iam_role_prefix: prefix } = configuration;
  return {
    apiVersion: 'kfdef.apps.kubeflow.org/v1',
    kind: 'KfDef',
    metadata: { name, namespace: 'kubeflow' },
    spec: {
      applications: applications.map(([application, path]) => ({
        name: application,
        kustomizeConfig: { repoRef: { name: 'manifests', path } },
      })),
      plugins: [
        {
          kind: 'KfAwsPlugin',
          metadata: { name: 'aws' },
          spec: {
            region,
            enablePodIamPolicy: false,
            roles: [deploymentNames.workerRole(prefix)],
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
      repos: [{ name: 'manifests', uri: kfctl.manifests }],
      version: `v${kfctl.version}`,
    },
  };
}

/** Runs kfctl. It must be on PATH: no published source states its digest, so it is not downloaded. */
export async function runKfctl(options: {
  configuration: Configuration;
  identity: Identity;
  kubeconfig: string;
  run: Run;
  say: Say;
}): Promise<void> {
  const { configuration, identity, kubeconfig, run, say } = options;
  const folder = await mkdtemp(join(tmpdir(), 'kfctl-'));
  const file = join(folder, 'kfdef.yaml');
  await writeFile(file, JSON.stringify(renderKfDef(configuration, identity), undefined, 2));
  say(`kfctl ${kfctl.version} installs Kubeflow 1.2`);
  await run('kfctl', ['apply', '-V', '-f', file], {
    cwd: folder,
    env: { KUBECONFIG: kubeconfig },
    show: true,
  });
}
