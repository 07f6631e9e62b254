import { linksThatLead } from '../../../builds/kubeflow/overlay/menu';
import { withAdjustments } from '../../../builds/kubeflow/overlay/adjustments';
import { kubeflowComponents, usualComponents } from '../../../core/configuration/schema';
import { dashboardMenu } from '../../../local/codebuild/distribution/dashboard-menu';
import { configurationWith } from '../support';

/** Of the shape of the distribution's. */
const links = JSON.stringify({
  menuLinks: [
    { type: 'item', link: '/jupyter/', text: 'Notebooks' },
    { type: 'item', link: '/katib/', text: 'Katib Experiments' },
    { type: 'item', link: '/kserve-endpoints/', text: 'KServe Endpoints' },
    { type: 'item', link: '/model-registry/', text: 'Model Registry' },
    { type: 'item', link: '/somebody-elses/', text: 'Ours' },
    { type: 'section', text: 'Pipelines', items: [{ type: 'item', link: '/pipeline/#/runs', text: 'Runs' }] },
  ],
  externalLinks: [],
  quickLinks: [{ link: '/jupyter/new' }, { link: '/pipeline/#/pipelines' }],
});
const linked = (text: string): string[] =>
  [...text.matchAll(/"link": "([^"]+)"/g)].map(([, link]) => link ?? '');

describe('the menu of the dashboard', () => {
  test('has no entry that nothing serves', () => {
    expect(linked(linksThatLead(links, ['notebooks', 'pipelines']))).toEqual([
      '/jupyter/',
      '/somebody-elses/',
      '/pipeline/#/runs',
      '/jupyter/new',
      '/pipeline/#/pipelines',
    ]);
    const none = linksThatLead(links, []);
    expect(linked(none)).toEqual(['/somebody-elses/']);
    expect(none).not.toContain('"section"');
  });

  test('of everything lacks nothing, and of what is usual the registry alone', () => {
    const before = linked(JSON.stringify(JSON.parse(links), undefined, 2));
    const lacking = (components: readonly string[]) =>
      before.filter((link) => !linked(linksThatLead(links, components)).includes(link));
    expect(lacking(kubeflowComponents)).toEqual([]);
    expect(lacking(usualComponents)).toEqual(['/model-registry/']);
  });

  test('shows exactly what is selected, of the entries that the pinned distribution has', () => {
    const selecting = (components: string[], more: object = {}) => {
      const configuration = configurationWith({ kubeflow: { components, ...more } });
      const [mended] = withAdjustments('dashboard', [dashboardMenu], {
        configuration,
        vpcCidr: '10.0.0.0/16',
      });
      return linked((mended?.['data'] as { links: string }).links).filter((link) => !link.includes('#'));
    };
    expect(selecting(['trainer'])).toEqual([]);
    expect(selecting(['kserve', 'katib'])).toEqual(['/katib/', '/kserve-endpoints/']);
    expect(selecting(['model-registry'], { model_registry: { namespaces: ['team-a'] } })).toEqual([
      '/model-registry/',
    ]);
  });

  test('is mended where the distribution has one', () => {
    const input = {
      configuration: configurationWith({ kubeflow: { components: ['katib'] } }),
      vpcCidr: '10.0.0.0/16',
    };
    const config = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'dashboard-config', namespace: 'kubeflow' },
      data: { links },
    };
    const [mended] = withAdjustments('dashboard', [config], input);
    expect(linked((mended?.['data'] as { links: string }).links)).toEqual(['/katib/', '/somebody-elses/']);
    expect(withAdjustments('dashboard', [], input)).toEqual([]);
  });
});
