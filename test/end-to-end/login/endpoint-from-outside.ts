import { authorizeUrl } from '../../../core/login-urls';
import { functionName } from '../../../core/naming';
import { testDeployment } from '../../support/task-context';
import type { WayIn } from '../../support/way-in';

/** The workflow's own verification, over the real gateway and authorizer, by the deployed function. */
export function verifiedFromOutside(wayIn: () => WayIn): void {
  const verify = async (): Promise<unknown> => {
    const { region, outputs, url } = wayIn();
    const { cognitoDomain, clientId } = outputs;
    // A connection that an instance keeps would neither look the name up again nor see another certificate.
    await region.functions.coolDown(functionName('verify-endpoint'));
    const outcome = await region.functions.invoke(functionName('verify-endpoint'), {
      deployment: testDeployment,
      url,
      cognitoDomain,
      clientId,
    });
    return outcome.error ?? outcome.result;
  };
  const good = (): object => ({ status: 302, redirect: authorizeUrl(wayIn().outputs.cognitoDomain) });
  const notReady = (reason: RegExp): object => ({
    errorType: 'EndpointNotReady',
    errorMessage: expect.stringMatching(reason) as string,
  });

  test('the provisioning itself was answered by the load balancer and what is behind it', async () => {
    const { region, url } = wayIn();
    const { hostname } = new URL(url);
    const sites = region.network.connections.filter(({ host }) => host === hostname);
    expect(sites.map(({ site }) => site)).toContain('load balancer');
    expect(sites.filter(({ site }) => site.includes('stand-in'))).toEqual([]);
    expect(await verify()).toEqual(good());
  });

  test('no healthy target: the load balancer answers 503', async () => {
    const { mesh } = wayIn();
    await mesh.stopGateways();
    try {
      expect(await verify()).toMatchObject(notReady(/answered 503.*targets.*may still be starting/));
    } finally {
      await mesh.addGateway();
    }
    expect(await verify()).toEqual(good());
  });
}
