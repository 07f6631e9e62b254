import { parse } from 'yaml';
import type { KubernetesObject } from '../../../builds/kubernetes/objects';
import { withAdjustments } from '../../../builds/kubeflow/overlay/adjustments';
import { configurationWith, found } from '../support';
import { named, useRendering } from './rendering';

const { render } = useRendering();

describe('notebooks', () => {
  const notebooks = {
    culling: { idle_minutes: 120 },
    images: ['registry.example/ours:v2', 'registry.example/other:v1'],
    custom_images: false,
    gpu_vendors: ['amd'],
    cpu: '2',
    memory: '8Gi',
    volume: '20Gi',
  };
  const formOf = (objects: readonly KubernetesObject[]) =>
    parse(
      (named(objects, 'ConfigMap', 'jupyter-web-app-config')?.['data'] as Record<string, string>)[
        'spawner_ui_config.yaml'
      ] ?? '',
    ) as unknown;
  const template = (objects: readonly KubernetesObject[], name: string) =>
    JSON.stringify((named(objects, 'Deployment', name)?.['spec'] as { template: unknown }).template);

  test('are as the distribution has them where nothing is configured', async () => {
    const objects = await render('notebooks');
    expect(formOf(objects)).toMatchObject({ spawnerFormDefaults: { allowCustomImage: true } });
    expect(JSON.stringify(objects)).not.toContain('CULL_IDLE_TIME');
  });

  test('get what is configured, and pods that read it again', async () => {
    const objects = await render('notebooks', {}, { kubeflow: { notebooks } });
    expect(formOf(objects)).toMatchObject({
      spawnerFormDefaults: {
        allowCustomImage: false,
        hideRegistry: true,
        image: { value: 'registry.example/ours:v2', options: notebooks.images },
        cpu: { value: '2', limitFactor: '1.2' },
        memory: { value: '8Gi' },
        gpus: {
          readOnly: false,
          value: { vendors: [{ limitsKey: 'amd.com/gpu', uiName: 'AMD' }], num: 'none' },
        },
        workspaceVolume: {
          value: {
            mount: '/home/jovyan',
            newPvc: { spec: { resources: { requests: { storage: '20Gi' } } } },
          },
        },
      },
    });
    const controller = template(objects, 'notebook-controller-deployment');
    expect(controller).toContain('{"name":"ENABLE_CULLING","value":"true"}');
    expect(controller).toContain('{"name":"CULL_IDLE_TIME","value":"120"}');
    expect(controller).toContain('{"name":"IDLENESS_CHECK_PERIOD","value":"5"}');
    const others = await render('notebooks', {}, { kubeflow: { notebooks: { ...notebooks, cpu: '3' } } });
    const server = 'jupyter-web-app-deployment';
    expect(template(others, server)).not.toBe(template(objects, server));
    expect(template(others, 'notebook-controller-deployment')).toBe(controller);
  });

  test('of a distribution without such a form are refused, and variables of the distribution are replaced', () => {
    const adjusting = {
      configuration: configurationWith({ kubeflow: { notebooks } }),
      vpcCidr: found.vpc.cidr,
    };
    expect(() => withAdjustments('notebooks', [], adjusting)).toThrow(
      expect.objectContaining({ name: 'InvalidConfiguration' }) as Error,
    );
    const env = [
      { name: 'ENABLE_CULLING', valueFrom: { configMapKeyRef: { name: 'config', key: 'ENABLE_CULLING' } } },
      { name: 'USE_ISTIO', value: 'true' },
    ];
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'notebook-controller-deployment', namespace: 'kubeflow' },
      spec: { template: { spec: { containers: [{ name: 'manager', env }] } } },
    };
    const onlyCulling = configurationWith({ kubeflow: { notebooks: { culling: { idle_minutes: 60 } } } });
    const [changed] = withAdjustments('notebooks', [deployment], {
      ...adjusting,
      configuration: onlyCulling,
    });
    expect(changed).toMatchObject({
      spec: {
        template: {
          spec: {
            containers: [
              {
                env: [
                  { name: 'USE_ISTIO', value: 'true' },
                  { name: 'ENABLE_CULLING', value: 'true' },
                  { name: 'CULL_IDLE_TIME', value: '60' },
                  { name: 'IDLENESS_CHECK_PERIOD', value: '5' },
                ],
              },
            ],
          },
        },
      },
    });
  });

  test.each([
    [
      'culling that leaves no time',
      { culling: { idle_minutes: 5 } },
      /kubeflow\.notebooks\.culling\.idle_minutes/,
    ],
    ['an image without a tag', { images: ['registry.example/ours'] }, /kubeflow\.notebooks\.images/],
    ['memory in no unit', { memory: '8GB' }, /kubeflow\.notebooks\.memory/],
    ['GPUs of a vendor without a plugin', { gpu_vendors: ['intel'] }, /kubeflow\.notebooks\.gpu_vendors/],
  ])('%s is a problem', (_what, wrong, path) => {
    expect(() => configurationWith({ kubeflow: { notebooks: wrong } })).toThrow(path);
  });
});
