import { CredentialStore } from '../sts/credentials';

/** Who uses the region from outside, with the rights of an administrator. */
export const operator = {
  accessKeyId: 'AKIALOCALOPERATOR000',
  secretAccessKey: 'local-region-operator',
} as const;

export const operatorArn = (accountId: string): string => `arn:aws:iam::${accountId}:user/operator`;

/** The credentials of a region that comes up: the operator's, and whatever is issued later. */
export function createCredentials(accountId: string): CredentialStore {
  return new CredentialStore([
    { ...operator, arn: operatorArn(accountId), accountId, userId: 'AIDALOCALOPERATOR000' },
  ]);
}
