import type { Network } from '../../../core/handover/found';
import type { BuildPlan } from '../../../builds/support/plan-output';
import { exportedBy, runBuild, variablesOf } from '../../support/builds';
import { installedObjects, recordedAmong, writesDuring } from '../../support/installed';
import { clusterOf, type TestRegion } from '../../support/region';
import { ingressOf, withKubeflow } from './installed-ingress';

/** An installed deployment with other components, and back. */
export function anotherSelection(region: () => TestRegion): void {
  test('of another selection only the difference is done; what comes back equals what was killed, failed and resumed', async () => {
    const before = await installedObjects(clusterOf(region()));
    expect(before.size).toBeGreaterThan(20);
    const { CONFIGURATION = '' } = variablesOf(region(), 'kubeflow');
    const another = withKubeflow(CONFIGURATION, {
      components: ['pipelines', 'trainer'],
      ingress_scheme: 'internal',
    });
    const run = async (variables: Record<string, string>): Promise<string> => {
      const build = await runBuild(region(), 'kubeflow', variables);
      expect(build.buildStatus).toBe('SUCCEEDED');
      return exportedBy(build, 'PLAN');
    };
    const plan = JSON.parse(await run({ CONFIGURATION: another, MODE: 'plan' })) as BuildPlan;
    expect(plan.changes.map(({ action, what }) => `${action} ${what}`)).toEqual([
      // The menu has entries of what is installed.
      'change dashboard, profiles and pod defaults: ConfigMap kubeflow/dashboard-config',
      expect.stringMatching(/^create Trainer \(2 objects\)$/),
      // The load balancer's subnets are others now, from which alone the gateway is reached.
      'change ingress: NetworkPolicy.networking.k8s.io istio-system/kubeflow-eks-load-balancer',
      'change ingress: Ingress.networking.k8s.io istio-system/istio-ingress',
      expect.stringMatching(/^remove Katib \(\d+ objects\)/),
    ]);
    const there = await writesDuring(clusterOf(region()), async () => run({ CONFIGURATION: another }));
    expect(recordedAmong(there)).toEqual(['dashboard', 'trainer', 'ingress', 'katib']);
    const { FOUND = '{}' } = variablesOf(region(), 'kubeflow');
    expect(await ingressOf(clusterOf(region()))).toMatchObject({
      'alb.ingress.kubernetes.io/scheme': 'internal',
      'alb.ingress.kubernetes.io/subnets': (JSON.parse(FOUND) as Network).subnets.private
        .filter(({ az }, index, all) => all.findIndex((other) => other.az === az) === index)
        .map(({ id }) => id)
        .join(','),
    });
    const patched = there
      .filter(({ verb }) => verb === 'patch')
      .map(({ resource, name }) => `${resource} ${name}`);
    // A component that changes is applied as a whole: of the dashboard's only the menu differs. All but what stays of the other
    // goes.
    expect(patched.sort()).toEqual([
      'configmaps dashboard-config',
      'configmaps kubeflow-eks-install-dashboard',
      'configmaps kubeflow-eks-install-ingress',
      'configmaps kubeflow-eks-install-trainer',
      'customresourcedefinitions notebooks.kubeflow.org',
      'customresourcedefinitions poddefaults.kubeflow.org',
      'customresourcedefinitions profiles.kubeflow.org',
      'deployments dashboard',
      'deployments kubeflow-trainer-controller-manager',
      'deployments poddefaults-webhook-deployment',
      'deployments profiles-deployment',
      'ingresses istio-ingress',
      'namespaces kubeflow-system',
      'networkpolicies kubeflow-eks-load-balancer',
    ]);
    const removed = Number(/\d+/.exec(plan.changes[4]?.what ?? '')?.[0]);
    expect(there.filter(({ verb }) => verb === 'delete')).toHaveLength(removed + 1);

    const back = await writesDuring(clusterOf(region()), async () => run({}));
    expect(recordedAmong(back)).toEqual(['dashboard', 'katib', 'ingress', 'trainer']);
    expect(await installedObjects(clusterOf(region()))).toEqual(before);
  }, 600_000);
}
