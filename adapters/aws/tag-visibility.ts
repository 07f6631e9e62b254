import { setTimeout as wait } from 'node:timers/promises';
import { isDenied, type AwsCall } from './errors';

/**
 * Services in which our roles may touch only what carries our tag, beside those of parts that eksctl makes. IAM sees a
 * tag some seconds after its resource was made ("changes … might not be immediately visible", IAM user guide,
 * "Troubleshoot IAM"): until then the resource counts as another's, and the call is denied.
 */
const services = new Set([
  'ACM',
  'CognitoIdentityProvider',
  'EC2',
  'EKS',
  'ElasticLoadBalancingv2',
  'IAM',
  'SecretsManager',
  'SNS',
]);

/** Milliseconds before each further attempt: 15 s in all, a quarter of what a function has. */
export const tagWaits: readonly number[] = [1_000, 2_000, 4_000, 8_000];

/**
 * Makes a call again that was denied where a tag decides who may, and gives up with the denial.
 *
 * @param waits milliseconds before each further attempt; none where a denial is to be told at once
 * @param onSeen called where a further attempt was not denied, with the milliseconds that were waited before it
 */
export async function patiently<T>(
  call: AwsCall,
  waits: readonly number[],
  attempt: () => Promise<T>,
  onSeen: (milliseconds: number) => void = () => undefined,
): Promise<T> {
  let waited = 0;
  const tried = async (): Promise<T> => {
    const answer = await attempt();
    if (waited > 0) onSeen(waited);
    return answer;
  };
  for (const milliseconds of services.has(call.service) ? waits : []) {
    try {
      return await tried();
    } catch (error) {
      if (!isDenied(error)) throw error;
      await wait(milliseconds);
      waited += milliseconds;
    }
  }
  return tried();
}
