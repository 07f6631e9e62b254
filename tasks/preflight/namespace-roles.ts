import type { AwsClients } from '../../adapters/aws/clients';
import { readTrust } from '../../adapters/aws/iam-presence';
import type { Finding } from './findings';

const pods = 'pods.eks.amazonaws.com';

/** What EKS does with the role for a pod (EKS user guide, "Create IAM role with trust policy required by EKS Pod Identity"). */
const actions = ['sts:AssumeRole', 'sts:TagSession'];

/**
 * The roles that namespaces are to have: each is there, path included, and lets EKS' pods have it. Conditions of its trust
 * policy are its administrator's business.
 */
export async function checkNamespaceRoles(clients: AwsClients, arns: readonly string[]): Promise<Finding[]> {
  const found = await Promise.all(
    [...new Set(arns)].map(async (arn): Promise<Finding[]> => {
      const trust = await readTrust(clients, arn);
      if (trust === undefined) {
        return [
          {
            name: 'IamResourceMissing',
            message: `there is no role ${arn}, path included, for the pods of a namespace. Create it, or correct \`access.namespaces\`.`,
          },
        ];
      }
      const missing = actions.filter((action) => !isTrusted(trust, action));
      if (missing.length === 0) return [];
      return [
        {
          name: 'IamResourceMissing',
          message: `the role ${arn} of \`access.namespaces\` does not let ${pods} do ${missing.join(' and ')}, so that no pod would get it. Allow both actions to this service in its trust policy.`,
        },
      ];
    }),
  );
  return found.flat();
}

/** Whether a statement allows an action to EKS' pods. */
function isTrusted(trust: unknown, action: string): boolean {
  const { Statement: statements } = trust as { Statement?: unknown };
  return listed(statements).some((statement) => {
    const { Effect, Principal, Action } = statement as Record<string, unknown>;
    const { Service } = (typeof Principal === 'object' ? (Principal ?? {}) : {}) as { Service?: unknown };
    const allowed = listed(Action).map((each) => String(each).toLowerCase());
    return (
      Effect === 'Allow' &&
      listed(Service).includes(pods) &&
      [action.toLowerCase(), 'sts:*', '*'].some((each) => allowed.includes(each))
    );
  });
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
