import { reservedBy } from '../../access/reserved';
import type { Rule } from './rule';

const namespacesAreTenants: Rule = ({ access }) =>
  Object.entries(access?.namespaces ?? {}).flatMap(([name, value]) => {
    const pattern = reservedBy(name, access?.reserved_namespaces ?? []);
    return pattern === undefined
      ? []
      : [
          {
            path: `access.namespaces.${name}`,
            value,
            message: `is reserved (${pattern}), so that no group has it and it is nobody's`,
          },
        ];
  });

/** EKS user guide, "EKS Pod Identities": the role is of the cluster's account. */
const rolesAreOfTheAccount: Rule = ({ access, account_id: account }) =>
  Object.entries(access?.namespaces ?? {}).flatMap(([name, { role_arn: arn }]) =>
    arn === undefined || account === undefined || arn.split(':')[4] === account
      ? []
      : [
          {
            path: `access.namespaces.${name}.role_arn`,
            value: arn,
            message: `must be a role of account_id (${account}); let that one assume the role of the other account`,
          },
        ],
  );

/** Rules for single namespaces. */
export const namespaceRules: readonly Rule[] = [namespacesAreTenants, rolesAreOfTheAccount];
