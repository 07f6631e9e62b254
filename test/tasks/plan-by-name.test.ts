import { registryKey, writeItem } from '../../adapters/aws/registry';
import { parseConfiguration } from '../../core/configuration';
import { unknownAddress } from '../../core/handover/registered-configuration';
import { registrationVersion } from '../../core/handover/registration';
import { stackNames } from '../../core/naming';
import { task } from '../../tasks/preflight/validate-configuration';
import { minimalConfiguration } from '../support/minimal-configuration';
import { useMoto } from '../support/moto';
import { makeRegistry, registryEnvironment as environment } from '../support/registry';
import { testContext } from '../support/task-context';

describe('a plan by the name of a deployment', () => {
  const moto = useMoto({ functions: ['validate-configuration'] });
  beforeEach(() => makeRegistry(moto.lookingClients));
  const validate = (input: unknown, readOnly = true) =>
    task.run({ input }, testContext(moto, { environment, readOnly }));
  const { configuration } = parseConfiguration(minimalConfiguration);
  const register = () =>
    writeItem(moto.lookingClients, stackNames.table, registryKey.registration('acme'), {
      schemaVersion: registrationVersion,
      configuration,
    });

  test('is of the configuration that it is registered with, whose address is not known', async () => {
    await register();
    const found = await validate({ deployment: 'acme' });
    expect(found.configuration).toEqual({ ...configuration, notification_email: unknownAddress });
    expect(found.deployment).toEqual((await validate(minimalConfiguration)).deployment);
  });

  test('is refused where none is registered', async () => {
    await expect(validate({ deployment: 'acne' })).rejects.toMatchObject({
      name: 'DeploymentMissing',
      message: expect.stringContaining(
        'no deployment acne is registered here; nothing was touched',
      ) as string,
    });
  });

  test('is no way to provision: that takes a configuration alone', async () => {
    await register();
    await expect(validate({ deployment: 'acme' }, false)).rejects.toMatchObject({
      name: 'InvalidConfiguration',
    });
    expect(moto.calls).toEqual([]);
  });

  test('has nothing beside the name', async () => {
    await register();
    await expect(validate({ deployment: 'acme', region: 'eu-central-1' })).rejects.toMatchObject({
      name: 'InvalidConfiguration',
    });
  });
});
