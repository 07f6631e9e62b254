import { Aws } from 'aws-cdk-lib';
import type { ClusterNetwork } from '../options';

/**
 * Variables for what runs in a VPC behind a proxy. The SDK's clients look at them through `adapters/aws/proxy-agent.ts`,
 * Node's fetch by NODE_USE_ENV_PROXY, the programs of the builds by themselves. Never through it: credentials and metadata
 * (link-local), this machine, and the API servers of clusters.
 */
export function proxyVariables({ proxy }: ClusterNetwork): Record<string, string> {
  if (proxy === undefined) return {};
  const except = ['localhost', '127.0.0.1', '169.254.169.254', '169.254.170.2', '.eks.amazonaws.com'];
  return {
    HTTPS_PROXY: proxy.url,
    NO_PROXY: [...except, `.${Aws.REGION}.eks.amazonaws.com`, ...proxy.except].join(','),
    NODE_USE_ENV_PROXY: '1',
  };
}
