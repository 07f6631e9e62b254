import { CreateServiceLinkedRoleCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { createServiceLinkedRole } from '../../../adapters/aws/service-linked-roles';
import { planSpotRole } from '../../../builds/autoscaling/spot-role';
import { useMoto } from '../../support/moto';
import { configurationWith } from '../support';

describe('the role of Spot', () => {
  const moto = useMoto();
  const configured = (autoscaling?: object) => ({
    ...configurationWith({ ...(autoscaling && { autoscaling }) }),
    account_id: '123456789012',
  });
  const spot = configured({ general: {}, gpu: { capacity_types: ['on-demand', 'spot'] } });

  test('is made where a pool may have Spot machines and the account has none, and once', async () => {
    const [change, ...others] = await planSpotRole(moto.clients, spot);
    expect(others).toEqual([]);
    expect(change).toMatchObject({ action: 'create', what: expect.stringContaining('Spot') as string });
    await change?.make();
    const { Role: role } = await moto.lookingClients
      .get(IAMClient)
      .send(new GetRoleCommand({ RoleName: 'AWSServiceRoleForEC2Spot' }));
    expect(role?.Arn).toBe(
      'arn:aws:iam::123456789012:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot',
    );
    expect(await planSpotRole(moto.clients, spot)).toEqual([]);
  });

  test('of two deployments that make it at once both have it', async () => {
    const [change] = await planSpotRole(moto.clients, spot);
    await createServiceLinkedRole(moto.clients, 'spot.amazonaws.com');
    await change?.make();
    const again = new CreateServiceLinkedRoleCommand({ AWSServiceName: 'spot.amazonaws.com' });
    await expect(moto.lookingClients.get(IAMClient).send(again)).rejects.toMatchObject({
      name: 'InvalidInputException',
      message:
        'Service role name AWSServiceRoleForEC2Spot has been taken in this account, please try a different suffix.',
    });
  });

  test('is nothing where no pool has, or nothing scales', async () => {
    expect(await planSpotRole(moto.clients, configured({ general: {} }))).toEqual([]);
    expect(await planSpotRole(moto.clients, configured())).toEqual([]);
  });
});
