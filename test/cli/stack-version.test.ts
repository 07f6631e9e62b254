import { stackNames, versionOutput } from '../../core/naming';
import { productVersion } from '../../core/product-version';
import { answerXml } from '../../local/region/overlays/query-xml';
import { useMoto } from '../support/moto';
import { makeRegistry } from '../support/registry';
import { cli } from './recording-host';

describe('a command against a stack', () => {
  /** Of the stack that there is; none without it, as moto says. */
  let outputs: Record<string, string> | undefined;
  const moto = useMoto({
    region: 'eu-central-1',
    services: () => ({
      cloudformation: [
        ({ operation }) => {
          if (outputs === undefined) return Promise.resolve(undefined);
          const members = Object.entries(outputs).map(
            ([key, value]) =>
              `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
          );
          const stack = `<StackName>${stackNames.stack}</StackName><StackStatus>CREATE_COMPLETE</StackStatus>`;
          return Promise.resolve(
            answerXml(
              operation,
              `<Stacks><member>${stack}<Outputs>${members.join('')}</Outputs></member></Stacks>`,
            ),
          );
        },
      ],
    }),
  });
  const before = { ...process.env };

  beforeEach(async () => {
    outputs = undefined;
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

  const status = () => cli(['status'], { env: { AWS_REGION: 'eu-central-1' } });

  test('says once where the stack is of another version', async () => {
    outputs = { Other: 'something', [versionOutput]: '0.0.9' };
    const { code, err } = await status();
    expect(code).toBe(0);
    expect(err).toBe(
      `the stack in eu-central-1 is of version 0.0.9, this command of ${productVersion}: deploy it again ` +
        '(npx cdk deploy), or use the command of its version\n',
    );
  });

  test('says where it is older than versions are', async () => {
    outputs = { Other: 'something' };
    expect((await status()).err).toMatch(/^the stack in eu-central-1 has no version, so it is older/);
  });

  test('says nothing where it is of the same', async () => {
    outputs = { [versionOutput]: productVersion };
    expect((await status()).err).toBe('');
  });

  test('says nothing where there is no stack, or nobody may see it', async () => {
    expect((await status()).err).toBe('');
  });
});
