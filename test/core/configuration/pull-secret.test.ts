import { parseConfiguration } from '../../../core/configuration';
import { minimalConfiguration } from '../../support/minimal-configuration';

const arn = (region: string, account: string, name: string): string =>
  `arn:aws:secretsmanager:${region}:${account}:secret:${name}`;
const { region, account_id: account } = minimalConfiguration;

/** What is wrong with a configuration that names this secret. */
function problemsOf(secret: string): string[] {
  const parsed = parseConfiguration({ ...minimalConfiguration, access: { image_pull_secret_arn: secret } });
  return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path} ${message}`);
}

test('by default Profiles get neither a token for Pipelines nor a Secret to pull with', () => {
  const { access } = parseConfiguration(minimalConfiguration).configuration ?? {};
  expect(access?.pipelines_token).toBe(false);
  expect(access).not.toHaveProperty('image_pull_secret_arn');
});

test.each([
  [arn(region, account, 'kubeflow-eks/images/acme-AbCdEf'), []],
  [
    arn('eu-west-3', account, 'kubeflow-eks/images/acme-AbCdEf'),
    [`access.image_pull_secret_arn must be a secret of region ${region}`],
  ],
  [
    arn(region, '999988887777', 'kubeflow-eks/images/acme-AbCdEf'),
    [`access.image_pull_secret_arn must be a secret of account_id (${account})`],
  ],
  // The function may read no other: that of the login is one of them.
  [
    arn(region, account, 'kubeflow-eks/acme/oauth2-proxy-AbCdEf'),
    ['access.image_pull_secret_arn must be the ARN of a secret whose name begins with kubeflow-eks/images/'],
  ],
])('%s', (secret, problems) => {
  expect(problemsOf(secret)).toEqual(problems);
});
