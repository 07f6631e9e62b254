import { environmentNames } from '../../../core/environment';
import type { DeployedFunction } from '../../stack/template';
import type { CredentialStore } from '../../sts/credentials';

export interface RuntimeEnvironmentOptions {
  region: string;
  credentials: CredentialStore;
  /** The gateway. */
  endpoint: string;
  /** The proxy to the region's web sites, and the certificate authority that vouches for them. */
  proxyUrl: string;
  caFile: string;
  /** The resolver that knows the region's hosted zones. */
  nameServer: string;
}

/** What lets a process of the region reach its AWS APIs and web sites, and nothing else. */
export function regionVariables({
  region,
  endpoint,
  proxyUrl,
  caFile,
  nameServer,
}: Omit<RuntimeEnvironmentOptions, 'credentials'>): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: endpoint,
    // Node's fetch goes through the proxy; the SDK's own connections and the API server are on loopback.
    NODE_USE_ENV_PROXY: '1',
    HTTPS_PROXY: proxyUrl,
    NO_PROXY: '127.0.0.1,localhost',
    NODE_EXTRA_CA_CERTS: caFile,
    DNS_SERVER: nameServer,
  };
}

/**
 * A function as if the stack had been deployed into the network of whatever cluster there will be: on loopback every
 * process reaches every API server, also those that it could not reach on AWS.
 */
export function withinTheNetwork(deployed: DeployedFunction): DeployedFunction {
  const environment = { ...deployed.environment, [environmentNames.clusterVpc]: 'vpc-of-the-local-region' };
  return { ...deployed, environment };
}

/** The environment that the Lambda service gives a function beside the template's, with credentials of its role. */
export function runtimeEnvironment(
  deployed: DeployedFunction,
  options: RuntimeEnvironmentOptions,
): Record<string, string> {
  const identity = options.credentials.issue(deployed.roleArn, deployed.name);
  return {
    PATH: process.env['PATH'] ?? '',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    ...regionVariables(options),
    AWS_LAMBDA_FUNCTION_NAME: deployed.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(deployed.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${deployed.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_ACCESS_KEY_ID: identity.accessKeyId,
    AWS_SECRET_ACCESS_KEY: identity.secretAccessKey,
    AWS_SESSION_TOKEN: identity.sessionToken,
  };
}
