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

/** Secrets Manager's secrets are of one region; the re-sync reads those of its own account. */
const pullSecretIsReachable: Rule = ({ access, region, account_id: account }) => {
  const arn = access?.image_pull_secret_arn;
  const [, , , itsRegion, itsAccount] = arn?.split(':') ?? [];
  const path = 'access.image_pull_secret_arn';
  if (arn === undefined) return [];
  if (region !== undefined && itsRegion !== region)
    return [{ path, value: arn, message: `must be a secret of region ${region}` }];
  return account === undefined || itsAccount === account
    ? []
    : [{ path, value: arn, message: `must be a secret of account_id (${account})` }];
};

/** Rules for the namespaces of tenants. */
export const namespaceRules: readonly Rule[] = [
  namespacesAreTenants,
  rolesAreOfTheAccount,
  pullSecretIsReachable,
];
