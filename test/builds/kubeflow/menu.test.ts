import { linksThatLead } from '../../../builds/kubeflow/overlay/menu';
import { withAdjustments } from '../../../builds/kubeflow/overlay/adjustments';
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

  test('of everything lacks Kubeflow Hub alone, which is not installed', () => {
    const all = ['kserve', 'pipelines', 'notebooks', 'katib', 'trainer', 'spark'];
    const before = linked(JSON.stringify(JSON.parse(links), undefined, 2));
    expect(before.filter((link) => !linked(linksThatLead(links, all)).includes(link))).toEqual([
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
