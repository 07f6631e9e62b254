import { chartValues, ensureLoadBalancerController } from '../../../builds/cluster/load-balancer-controller';
import { loadBalancerController } from '../../../core/versions';
import { configurationWith, found } from '../support';

test("the controller's image is the chart's, or its copy in the configured registry", () => {
  expect(chartValues(configurationWith(), found)).not.toHaveProperty('image');
  expect(chartValues(configurationWith({ image_registry: 'registry.example/mirror' }), found)).toMatchObject({
    image: { repository: 'registry.example/mirror/public.ecr.aws/eks/aws-load-balancer-controller' },
  });
});

test.each(['https://registry.example', 'registry.example/', 'localhost', 'registry.example/Mirror'])(
  '%s is no registry',
  (registry) => {
    expect(() => configurationWith({ image_registry: registry })).toThrow('image_registry');
  },
);

const chart = `aws-load-balancer-controller-${loadBalancerController.version}`;

/** The Helm commands of an installation, where Helm lists only what is asked for: a pending release just with `--all`. */
async function helmCommands(status: string): Promise<string[]> {
  const commands: string[] = [];
  await ensureLoadBalancerController({
    configuration: configurationWith(),
    found,
    kubeconfig: '/kubeconfig',
    run: async (_program, args) => {
      if (args[0] !== 'list' && args[0] !== 'show') commands.push(args.slice(0, 2).join(' '));
      const listed = args[0] === 'list' && args.includes('--all');
      return Promise.resolve({
        stdout: listed ? JSON.stringify([{ chart, status }]) : '',
        stderr: '',
        code: 0,
      });
    },
    get: async () => Promise.reject(new Error('nothing is downloaded')),
    charts: '/charts',
    say: () => undefined,
  });
  return commands;
}

test.each(['pending-install', 'pending-upgrade', 'pending-rollback', 'uninstalling'])(
  'a release that a killed build left %s is uninstalled first, since Helm would refuse to upgrade it',
  async (status) => {
    expect(await helmCommands(status)).toEqual([
      'uninstall aws-load-balancer-controller',
      'upgrade aws-load-balancer-controller',
    ]);
  },
);

test('a release that failed is upgraded where it is', async () => {
  expect(await helmCommands('failed')).toEqual(['upgrade aws-load-balancer-controller']);
});
