import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildConfiguration } from '../../core/configuration';
import { kfctl } from '../../core/versions';
import { renderNodeGroups } from '../cluster/node-groups';
import type { Run } from '../support/command';
import type { BuildIdentity } from '../../core/handover/identity';
import type { Say } from '../support/say';

/**
 * Applications of Kubeflow 1.2 on AWS with Cognito, in the order of the seed's kfctl_aws_cognito.v1.2.0.yaml; without
 * its spartakus, which reports the use of the cluster to somebody else.
 */
const applications: readonly [name: string, path: string][] = [
  ['namespaces', 'namespaces/base'],
  ['istio-stack', 'stacks/aws/application/istio-stack'],
  ['cluster-local-gateway', 'stacks/aws/application/cluster-local-gateway'],
  ['istio', 'stacks/aws/application/istio'],
  ['application', 'application/v3'],
  ['cert-manager-crds', 'stacks/aws/application/cert-manager-crds'],
  ['cert-manager-kube-system-resources', 'stacks/aws/application/cert-manager-kube-system-resources'],
  ['cert-manager', 'stacks/aws/application/cert-manager'],
  ['metacontroller', 'metacontroller/base'],
  ['bootstrap', 'admission-webhook/bootstrap/overlays/application'],
  ['spark-operator', 'spark/spark-operator/overlays/application'],
  ['knative', 'knative/installs/generic'],
  ['kfserving', 'kfserving/installs/generic'],
  ['kubeflow-apps', 'stacks/aws'],
  ['istio-ingress', 'stacks/aws/application/istio-ingress-cognito'],
  ['aws-istio-authz-adaptor', 'aws/aws-istio-authz-adaptor/base_v3'],
];

/**
 * The KfDef of the seed: Kubeflow 1.2 on AWS, behind a load balancer that itself asks Cognito. For clusters that still
 * run Kubernetes 1.21 or older.
 */
export function renderKfDef(configuration: BuildConfiguration, identity: BuildIdentity): object {
  const { eks_name: name, region } = configuration;
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
            addons: ['fluentd-cloud-watch'],
            enablePodIamPolicy: false,
            roles: renderNodeGroups(configuration).map(({ iam }) => iam.instanceRoleName),
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
      // What kfctl looks its own defaults up by; the manifests are those of the tag.
      version: 'v1.2-branch',
    },
  };
}

/** Runs kfctl. It must be on PATH: no published source states its digest, so it is not downloaded. */
export async function runKfctl(options: {
  configuration: BuildConfiguration;
  identity: BuildIdentity;
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
