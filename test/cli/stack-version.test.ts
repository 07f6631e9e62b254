import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { stackNames, versionOutput } from '../../core/naming';
import { productVersion } from '../../core/product-version';
import { useMoto } from '../support/moto';
import { makeRegistry } from '../support/registry';
import { cli } from './recording-host';

describe('a command against a stack', () => {
  const moto = useMoto('eu-central-1');
  const before = { ...process.env };

  beforeEach(async () => {
    await makeRegistry(moto.lookingClients);
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: moto.endpoint,
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'local',
    });
  });
  afterEach(() => {
    process.env = { ...before };
  });

  async function deploy(outputs: Record<string, unknown>): Promise<void> {
    const template = {
      Resources: { topic: { Type: 'AWS::SNS::Topic' } },
      Outputs: { Other: { Value: 'something' }, ...outputs },
    };
    await moto.lookingClients
      .get(CloudFormationClient)
      .send(new CreateStackCommand({ StackName: stackNames.stack, TemplateBody: JSON.stringify(template) }));
  }
  const status = () => cli(['status'], { env: { AWS_REGION: 'eu-central-1' } });

  test('says once where the stack is of another version', async () => {
    await deploy({ [versionOutput]: { Value: '0.0.9' } });
    const { code, err } = await status();
    expect(code).toBe(0);
    expect(err).toBe(
      `the stack in eu-central-1 is of version 0.0.9, this command of ${productVersion}: deploy it anew ` +
        '(npx cdk deploy), or use the command of its version\n',
    );
  });

  test('says where it is older than versions are', async () => {
    await deploy({});
    expect((await status()).err).toMatch(/^the stack in eu-central-1 has no version, so it is older/);
  });

  test('says nothing where it is of the same', async () => {
    await deploy({ [versionOutput]: { Value: productVersion } });
    expect((await status()).err).toBe('');
  });

  test('says nothing where there is no stack, or nobody may see it', async () => {
    expect((await status()).err).toBe('');
  });
});
