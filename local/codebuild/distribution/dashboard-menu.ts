const item = (link: string, text: string): object => ({ type: 'item', link, text });

/**
 * The dashboard's menu as the distribution has it: an entry of every component, whether or not it is installed
 * (`applications/dashboard/overlays/istio/patches/configmap.yaml`).
 */
export const dashboardMenu = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'dashboard-config', namespace: 'kubeflow' },
  data: {
    settings: JSON.stringify({ DASHBOARD_FORCE_IFRAME: true }),
    links: JSON.stringify({
      menuLinks: [
        item('/jupyter/', 'Notebooks'),
        item('/tensorboards/', 'TensorBoards'),
        item('/volumes/', 'Volumes'),
        item('/katib/', 'Katib Experiments'),
        item('/kserve-endpoints/', 'KServe Endpoints'),
        item('/model-registry/', 'Model Registry'),
        {
          type: 'section',
          text: 'Pipelines',
          items: [
            item('/pipeline/#/pipelines', 'Pipelines'),
            item('/pipeline/#/experiments', 'Experiments'),
            item('/pipeline/#/runs', 'Runs'),
          ],
        },
      ],
      externalLinks: [],
      quickLinks: [
        { link: '/jupyter/new', text: 'Create a new Notebook' },
        { link: '/pipeline/#/runs', text: 'View Pipeline Runs' },
      ],
    }),
  },
};
