import {
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { S3Client } from '@aws-sdk/client-s3';
import { GetWebACLForResourceCommand, WAFV2Client } from '@aws-sdk/client-wafv2';
import { isDeepStrictEqual } from 'node:util';
import type { BuildPlan } from '../../../builds/support/plan-output';
import { waitFor } from '../../../local/processes/wait-for';
import { exportedBy, runBuild, variablesOf } from '../../support/builds';
import { makeLogBucket, makeWebAcl } from '../../support/front-door-fixtures';
import { seedConfiguration, type TestRegion } from '../../support/region';
import { withKubeflow } from './installed-ingress';

/** What stands before the load balancer, in both builds. */
export function frontDoor(region: () => TestRegion): void {
  test('a web ACL and access logs are given to the load balancer by name, seen there, and taken away by name', async () => {
    const { CONFIGURATION = '' } = variablesOf(region(), 'kubeflow');
    const clients = region().clients;
    const bucket = 'load-balancer-logs-of-installation';
    await makeLogBucket(clients.get(S3Client), bucket, {
      writable: `arn:aws:s3:::${bucket}/AWSLogs/${seedConfiguration.account_id}/*`,
    });
    const webAclArn = await makeWebAcl(clients.get(WAFV2Client));
    const guarded = withKubeflow(CONFIGURATION, {
      ingress_waf_acl_arn: webAclArn,
      ingress_access_logs: { bucket },
    });
    /** What both builds plan, or do. */
    const run = async (variables: Record<string, string>): Promise<string[]> => {
      const plans: string[] = [];
      for (const which of ['cluster', 'kubeflow'] as const) {
        const build = await runBuild(region(), which, variables);
        expect(build.buildStatus).toBe('SUCCEEDED');
        if (variables['MODE'] !== 'plan') continue;
        const { changes } = JSON.parse(exportedBy(build, 'PLAN')) as BuildPlan;
        plans.push(...changes.map(({ action, what }) => `${action} ${what}`));
      }
      return plans;
    };
    const present = async (): Promise<object> => {
      const { LoadBalancers: [balancer] = [] } = await clients
        .get(ElasticLoadBalancingV2Client)
        .send(new DescribeLoadBalancersCommand({}));
      const { Attributes = [] } = await clients
        .get(ElasticLoadBalancingV2Client)
        .send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: balancer?.LoadBalancerArn }));
      const { WebACL: webAcl } = await clients
        .get(WAFV2Client)
        .send(new GetWebACLForResourceCommand({ ResourceArn: balancer?.LoadBalancerArn }));
      const logs = Attributes.find(({ Key }) => Key === 'access_logs.s3.enabled')?.Value;
      return { webAcl: webAcl?.ARN, logs };
    };
    const becomes = (wanted: object): Promise<unknown> =>
      waitFor(async () => (isDeepStrictEqual(await present(), wanted) ? true : undefined), {
        what: 'the load balancer to be as asked for',
      });
    expect(await present()).toEqual({ webAcl: undefined, logs: undefined });

    expect(await run({ CONFIGURATION: guarded, MODE: 'plan' })).toEqual([
      expect.stringMatching(/^change the document of the policy /),
      expect.stringMatching(/^change the values of aws-load-balancer-controller /),
      'change ingress: Ingress.networking.k8s.io istio-system/istio-ingress',
    ]);
    await run({ CONFIGURATION: guarded });
    await becomes({ webAcl: webAclArn, logs: 'true' });
    expect(await run({ CONFIGURATION: guarded, MODE: 'plan' })).toEqual([]);

    await run({ CONFIGURATION });
    await becomes({ webAcl: undefined, logs: 'false' });
    expect(await run({ CONFIGURATION, MODE: 'plan' })).toEqual([]);
  }, 600_000);
}
