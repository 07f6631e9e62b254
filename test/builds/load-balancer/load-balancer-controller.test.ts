import {
  chartValues,
  ensureLoadBalancerController,
} from '../../../builds/load-balancer/load-balancer-controller';
import { loadBalancerPolicy } from '../../../builds/load-balancer/load-balancer-policy';
import { loadBalancerController } from '../../../core/versions';
import { configurationWith, found } from '../support';

const webAcl =
  'arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/front/11111111-2222-3333-4444-555555555555';
const withWebAcl = configurationWith({ kubeflow: { ingress_waf_acl_arn: webAcl } });

test('the controller looks after web ACLs where one is configured, and where the ingress had one', () => {
  expect(chartValues(configurationWith(), found)).toMatchObject({ enableWafv2: false });
  expect(chartValues(configurationWith(), found, true)).toMatchObject({ enableWafv2: true });
  expect(chartValues(withWebAcl, found)).toMatchObject({ enableWafv2: true, enableWaf: false });
});

test('its policy lets it associate the configured web ACL alone, and take away whichever there is', () => {
  const options = {
    partition: 'aws',
    region: 'eu-central-1',
    accountId: '111122223333',
    clusterName: 'acme',
    vpcId: found.vpc.id,
  };
  const about = (acl?: string): string[] =>
    loadBalancerPolicy({ ...options, webAcl: acl })
      .Statement.flatMap(({ Action }) => Action)
      .filter((action) => /WebACL/i.test(action));
  expect(about()).toEqual([]);
  const takingAway = [
    'wafv2:DisassociateWebACL',
    'wafv2:GetWebACL',
    'wafv2:GetWebACLForResource',
    'elasticloadbalancing:DeleteWebACLAssociation',
    'elasticloadbalancing:GetLoadBalancerWebACL',
    'elasticloadbalancing:SetWebACL',
  ];
  expect(about('none')).toEqual(takingAway);
  expect(about(webAcl)).toEqual([
    ...takingAway,
    'wafv2:AssociateWebACL',
    'elasticloadbalancing:CreateWebACLAssociation',
  ]);
  const { Statement } = loadBalancerPolicy({ ...options, webAcl });
  expect(Statement.find(({ Sid }) => Sid === 'AssociateWebAcl')?.Resource).toEqual([
    webAcl,
    'arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/k8s-istiosys-istioing-*',
  ]);
});

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
    kubectl: { get: () => Promise.resolve([]) },
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
