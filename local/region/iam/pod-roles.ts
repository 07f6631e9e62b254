import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import type { AwsClients } from '../../../adapters/aws/clients';
import { policiesOfAws } from './aws-policies';
import { readStatements, type Statement } from './evaluate';

const ofAws = /^arn:[^:]+:iam::aws:policy\/(.*)$/;
/** How long what was read counts, in milliseconds; a change of a policy is not seen at once in IAM either. */
const staleAfterMs = 2000;

type Statements = readonly Statement[] | undefined;

/**
 * Reads the policies of roles that pods act with (trusted by `pods.eks.amazonaws.com`), as they stand in the account: they are
 * made by the builds, not by the stack. A role that has a policy of AWS' whose statements are not known here is not checked.
 *
 * @param clients of the region itself, whose calls nobody checks
 * @returns the statements of a role by its name; undefined where it is not such a role
 */
export function policiesOfPods(clients: AwsClients): (role: string) => Promise<Statements> {
  const read = new Map<string, { at: number; statements: Promise<Statements> }>();
  return async (role) => {
    const known = read.get(role);
    if (known !== undefined && Date.now() - known.at < staleAfterMs) return known.statements;
    const statements = statementsOf(clients.get(IAMClient), role);
    read.set(role, { at: Date.now(), statements });
    return statements;
  };
}

async function statementsOf(iam: IAMClient, RoleName: string): Promise<Statements> {
  const role = await iam.send(new GetRoleCommand({ RoleName })).catch(() => undefined);
  const trust = decodeURIComponent(role?.Role?.AssumeRolePolicyDocument ?? '');
  if (!trust.includes('pods.eks.amazonaws.com')) return undefined;
  const statements: Statement[] = [];
  // No role has more than one page of them (IAM's quota is 20).
  const { AttachedPolicies: attached = [] } = await iam.send(
    new ListAttachedRolePoliciesCommand({ RoleName }),
  );
  for (const { PolicyArn } of attached) {
    if (PolicyArn === undefined) return undefined;
    const name = ofAws.exec(PolicyArn)?.[1];
    if (name !== undefined) {
      const known = Object.hasOwn(policiesOfAws, name) ? policiesOfAws[name] : undefined;
      if (known === undefined) return undefined;
      statements.push(...readStatements(known));
      continue;
    }
    const { Policy: policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    const { PolicyVersion: version } = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn, VersionId: policy?.DefaultVersionId }),
    );
    const document = JSON.parse(decodeURIComponent(version?.Document ?? '{"Statement":[]}')) as {
      Statement: Record<string, unknown>[];
    };
    statements.push(...readStatements(document.Statement));
  }
  return statements;
}
