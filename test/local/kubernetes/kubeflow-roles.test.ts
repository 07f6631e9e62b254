import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { kubeflowDistribution } from '../../../core/versions';

/** The commit of the distribution that the table below was read from. */
const readAt = '0d1a00306501ebaf2a0edc121656752b3deeba57';

/**
 * What the distribution's roles for tenants allow, by API group, verbs and resources; a role without rules is aggregated.
 * From `common/kubeflow-roles/base/cluster-roles.yaml`, `common/istio/kubeflow-istio-resources/base/cluster-roles.yaml` and
 * `applications/notebooks-v1/upstream/notebook-controller/rbac/user_cluster_roles.yaml`.
 */
const facts: Readonly<Record<string, { into: readonly string[]; rules: readonly string[] }>> = {
  'kubeflow-admin': { into: [], rules: [] },
  'kubeflow-edit': { into: ['kubeflow-admin'], rules: [] },
  'kubeflow-view': { into: ['kubeflow-edit'], rules: [] },
  'kubeflow-kubernetes-admin': {
    into: ['kubeflow-admin'],
    rules: [
      'authorization.k8s.io | create | localsubjectaccessreviews',
      'rbac.authorization.k8s.io | get list watch create update patch delete deletecollection | rolebindings roles',
    ],
  },
  'kubeflow-kubernetes-edit': {
    into: ['kubeflow-edit'],
    rules: [
      ' | create update patch delete deletecollection | configmaps endpoints persistentvolumeclaims pods replicationcontrollers replicationcontrollers/scale serviceaccounts services',
      ' | get list watch create update patch delete deletecollection | pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy',
      'apps | create update patch delete deletecollection | daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale',
      'autoscaling | create update patch delete deletecollection | horizontalpodautoscalers',
      'batch | create update patch delete deletecollection | cronjobs jobs',
      'extensions | create update patch delete deletecollection | daemonsets deployments deployments/rollback deployments/scale ingresses networkpolicies replicasets replicasets/scale replicationcontrollers/scale',
      'networking.k8s.io | create update patch delete deletecollection | ingresses networkpolicies',
      'policy | create update patch delete deletecollection | poddisruptionbudgets',
    ],
  },
  'kubeflow-kubernetes-view': {
    into: ['kubeflow-view'],
    rules: [
      ' | get list watch | bindings configmaps endpoints events limitranges namespaces namespaces/status persistentvolumeclaims persistentvolumeclaims/status pods pods/log pods/status replicationcontrollers replicationcontrollers/scale replicationcontrollers/status resourcequotas resourcequotas/status serviceaccounts services services/status',
      'apps | get list watch | controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status',
      'autoscaling | get list watch | horizontalpodautoscalers horizontalpodautoscalers/status',
      'batch | get list watch | cronjobs cronjobs/status jobs jobs/status',
      'extensions | get list watch | daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses ingresses/status networkpolicies replicasets replicasets/scale replicasets/status replicationcontrollers/scale',
      'networking.k8s.io | get list watch | ingresses ingresses/status networkpolicies',
      'policy | get list watch | poddisruptionbudgets poddisruptionbudgets/status',
    ],
  },
  'kubeflow-istio-admin': { into: ['kubeflow-admin'], rules: [] },
  'kubeflow-istio-edit': {
    into: ['kubeflow-edit', 'kubeflow-istio-admin'],
    rules: ['istio.io | get list watch | *', 'networking.istio.io | get list watch | *'],
  },
  'kubeflow-istio-view': {
    into: ['kubeflow-view'],
    rules: [
      'istio.io | get list watch | *',
      'networking.istio.io | get list watch | *',
      'security.istio.io | get list watch | authorizationpolicies',
    ],
  },
  'kubeflow-notebooks-admin': { into: ['kubeflow-admin'], rules: [] },
  'kubeflow-notebooks-edit': {
    into: ['kubeflow-edit', 'kubeflow-notebooks-admin'],
    rules: [
      'kubeflow.org | get list watch create update patch delete deletecollection | notebooks notebooks/status',
    ],
  },
  'kubeflow-notebooks-view': {
    into: ['kubeflow-view'],
    rules: ['kubeflow.org | get list watch | notebooks notebooks/status'],
  },
};

interface Role {
  metadata: { name: string; labels?: Record<string, string> };
  aggregationRule?: { clusterRoleSelectors: { matchLabels: Record<string, string> }[] };
  rules: { apiGroups: string[]; resources: string[]; verbs: string[] }[];
}

const aggregates = 'rbac.authorization.kubeflow.org/aggregate-to-';

/** Every single permission, so that no way of writing rules hides one. */
function permissions(rules: readonly string[]): string[] {
  return rules
    .flatMap((rule) => {
      const [group = '', verbs = '', names = ''] = rule.split(' | ');
      return names.split(' ').flatMap((name) => verbs.split(' ').map((verb) => `${verb} ${name}.${group}`));
    })
    .sort();
}

const standIns = async () => {
  const file = join(__dirname, '../../../local/kubernetes/kubeflow-roles.yaml');
  return parseAllDocuments(await readFile(file, 'utf8')).map((document) => document.toJS() as Role);
};

test('the stand-ins’ roles allow what those of the pinned distribution allow, no more and no less', async () => {
  const found = Object.fromEntries(
    (await standIns()).map(({ metadata, rules }) => [
      metadata.name,
      {
        into: Object.keys(metadata.labels ?? {}).map((label) => label.replace(aggregates, '')),
        rules: [
          ...new Set(
            rules.flatMap(({ apiGroups, resources, verbs }) =>
              apiGroups.flatMap((group) =>
                permissions([`${group} | ${verbs.join(' ')} | ${resources.join(' ')}`]),
              ),
            ),
          ),
        ].sort(),
      },
    ]),
  );
  expect(found).toEqual(
    Object.fromEntries(
      Object.entries(facts).map(([name, { into, rules }]) => [name, { into, rules: permissions(rules) }]),
    ),
  );
});

test('an aggregated role collects what names it, and no other role has a rule for collecting', async () => {
  for (const { metadata, aggregationRule } of await standIns()) {
    const empty = facts[metadata.name]?.rules.length === 0;
    expect(aggregationRule?.clusterRoleSelectors).toEqual(
      empty ? [{ matchLabels: { [`${aggregates}${metadata.name}`]: 'true' } }] : undefined,
    );
  }
});

test('the table is of the commit that is pinned: read it again where the pin moves', () => {
  expect(kubeflowDistribution.git.commit).toBe(readAt);
});
