import type { BuildConfiguration } from '../../core/configuration';

/** A part of the configuration's `kubeflow.components`. */
type Selectable = BuildConfiguration['kubeflow']['components'][number];

/** Where the manifests of a component come from. */
export type ManifestSource =
  /** A kustomization of the distribution. */
  | { kustomize: string }
  /** Made here: see `overlay/` and `rbac/`. */
  | { ours: 'login' | 'dashboard' | 'access' | 'model-registry' | 'ingress' };

/** One step of the installation. */
export interface Component {
  id: string;
  /** As it is called in the log. */
  title: string;
  source: ManifestSource;
  /** Installed only when one of these is selected; always, without it. */
  of?: readonly Selectable[];
  /** How long its workloads may take, in minutes; 10 without it. Images of several GiB take their time. */
  minutes?: number;
}

/**
 * The installation in its order (community-distribution 26.03: README and tests/*_install.sh there). Each component is
 * ready before the next begins, so that nothing is applied twice "until it works". Dex and the example user are left
 * out: Cognito takes the place of the former, the profile manager that of the latter.
 */
export const components: readonly Component[] = [
  { id: 'namespaces', title: 'namespaces', source: { kustomize: 'common/kubeflow-namespace/base' } },
  { id: 'cert-manager', title: 'cert-manager', source: { kustomize: 'common/cert-manager/base' } },
  // Its ClusterIssuer goes through cert-manager's own webhook.
  {
    id: 'issuer',
    title: 'certificate issuer',
    source: { kustomize: 'common/cert-manager/overlays/kubeflow' },
  },
  { id: 'istio-crds', title: 'Istio definitions', source: { kustomize: 'common/istio/istio-crds/base' } },
  {
    id: 'istio-namespace',
    title: 'Istio namespace',
    source: { kustomize: 'common/istio/istio-namespace/base' },
  },
  { id: 'istio', title: 'Istio', source: { kustomize: 'common/istio/istio-install/overlays/oauth2-proxy' } },
  { id: 'login', title: 'login by Cognito (oauth2-proxy)', source: { ours: 'login' } },
  {
    id: 'istio-resources',
    title: 'Kubeflow gateway',
    source: { kustomize: 'common/istio/kubeflow-istio-resources/base' },
  },
  { id: 'roles', title: 'Kubeflow roles', source: { kustomize: 'common/kubeflow-roles/base' } },
  { id: 'dashboard', title: 'dashboard, profiles and pod defaults', source: { ours: 'dashboard' } },
  { id: 'access', title: 'rights of the profile manager', source: { ours: 'access' } },
  {
    id: 'knative',
    title: 'Knative Serving',
    source: { kustomize: 'common/knative/knative-serving/overlays/gateways' },
    of: ['kserve'],
  },
  {
    id: 'cluster-local-gateway',
    title: 'cluster-local gateway',
    source: { kustomize: 'common/istio/cluster-local-gateway/base' },
    of: ['kserve'],
  },
  { id: 'kserve', title: 'KServe', source: { kustomize: 'applications/kserve/kserve' }, of: ['kserve'] },
  {
    id: 'kserve-models',
    title: 'KServe models web application',
    source: { kustomize: 'applications/kserve/models-web-app/overlays/kubeflow' },
    of: ['kserve'],
  },
  {
    id: 'pipelines',
    title: 'Pipelines',
    source: { kustomize: 'applications/pipeline/overlays' },
    of: ['pipelines'],
    minutes: 20,
  },
  {
    id: 'notebooks',
    title: 'Notebooks',
    source: { kustomize: 'applications/notebooks-v1/overlays/istio' },
    of: ['notebooks'],
  },
  {
    id: 'katib',
    title: 'Katib',
    source: { kustomize: 'applications/katib/upstream/installs/katib-with-kubeflow' },
    of: ['katib'],
  },
  {
    id: 'trainer',
    title: 'Trainer',
    source: { kustomize: 'applications/trainer/overlays' },
    of: ['trainer'],
  },
  {
    id: 'spark',
    title: 'Spark operator',
    source: { kustomize: 'applications/spark/spark-operator/overlays/kubeflow' },
    of: ['spark'],
  },
  // Its namespaces' registries are made of kustomizations too, but in namespaces that the configuration names.
  {
    id: 'model-registry',
    title: 'Model Registry',
    source: { ours: 'model-registry' },
    of: ['model-registry'],
  },
  { id: 'ingress', title: 'ingress', source: { ours: 'ingress' } },
];

/** The components that a configuration selects, in the order of the installation. */
export function selectedComponents(selected: readonly Selectable[]): Component[] {
  return components.filter(({ of }) => of === undefined || of.some((name) => selected.includes(name)));
}
