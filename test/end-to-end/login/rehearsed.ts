import {
  AdminDisableUserCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { join } from 'node:path';
import { functionName } from '../../../core/naming';
import { objectGuid } from '../../../local/adfs/people';
import { missingMeshPrograms } from '../../../local/mesh';
import { logIn } from '../../../local/rehearsal/logins';
import type { Login } from '../../../local/rehearsal/result';
import type { WayIn } from '../../support/way-in';

/** The sample users of a rehearsal, where the programs of the way in are built. */
export function rehearsedLogins(wayIn: () => WayIn): void {
  const erin = { userName: 'ACME\\erin', email: 'erin@acme.example', groups: ['AWS-team-a'] };

  async function rehearsed(): Promise<Login> {
    const { region, cluster, outputs, url } = wayIn();
    const profileManager = functionName('profile-manager');
    return logIn(region, { ...outputs, cluster, profileManager, gateway: url }, erin);
  }

  test('come to the dashboard through the gateway, with what the directory grants', async () => {
    const { dashboard } = wayIn().mesh;
    const before = dashboard.arrivals.length;
    const login = await rehearsed();
    expect(login).toMatchObject({
      user: 'erin@acme.example',
      outcome: 'allowed',
      grants: [{ namespace: 'team-a', role: 'edit' }],
    });
    expect(login.groups).toContain('AWS-team-a');
    expect(login.requests.write).toBeGreaterThan(0);
    const users = dashboard.arrivals.slice(before).map(({ headers }) => headers['kubeflow-userid']);
    expect(users).toEqual([['erin@acme.example'], ['erin@acme.example']]);
  });

  test('who is refused is told so, with what the way ended at', async () => {
    const { clients, outputs } = wayIn();
    await clients.get(CognitoIdentityProviderClient).send(
      new AdminDisableUserCommand({
        UserPoolId: outputs.userPoolId,
        Username: `ADFS_${objectGuid(erin.userName)}`.toLowerCase(),
      }),
    );
    const { outcome, groups } = await rehearsed();
    expect(outcome).toMatch(/^refused: 403: .*User is not enabled/);
    expect(groups).toEqual([]);
  });

  test('which of the programs are missing is read from the cache', async () => {
    expect(await missingMeshPrograms()).toEqual([]);
    const elsewhere = { ...process.env, KUBEFLOW_EKS_CACHE: join(wayIn().region.options.dir, 'no-cache') };
    expect(await missingMeshPrograms(elsewhere)).toEqual([
      'oauth2-proxy',
      'pilot-discovery',
      'pilot-agent',
      'envoy',
    ]);
  });
}
