import { buildConfiguration, quotaAccess } from '../expressions';
import { deployment, jsonata } from '../states';
import type { StepDefinition, StepResources } from '../step-definition';

export function kubeflowSteps({ clusterAccess }: StepResources): readonly StepDefinition[] {
  return [
    {
      name: 'Grant cluster access',
      file: 'grant-cluster-access',
      arguments: { deployment, clusterName: jsonata('$cluster.name'), entries: clusterAccess },
      needs: ['Describe cluster'],
    },
    {
      name: 'Install Kubeflow',
      project: 'kubeflow',
      environment: {
        CONFIGURATION: buildConfiguration,
        FOUND: '{"vpc": $found.vpc, "subnets": $found.subnets}',
        IDENTITY:
          '$merge([$sift($identity, function($value, $key) { $key in ["userPoolId", "userPoolArn", "clientId", "secretArn", "certificateArn", "cognitoDomain", "providerName"] }), {"emailDomains": [$config.access.allowed_email_domains]}])',
        CLUSTER: '$cluster',
      },
      planEnvironment: { ACCESS: quotaAccess },
      needs: [
        'Preflight checks',
        'Describe cluster',
        'Request certificates',
        'Ensure user pool',
        'Ensure app client',
      ],
      // A load balancer's listener takes a certificate only once it is issued.
      after: ['Await certificates'],
    },
  ];
}
