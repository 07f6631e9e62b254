import { rdsCertificates } from '../../rds-certificates';
import { parseEndpoint } from '../database';
import type { Problem } from '../problems';
import type { Rule } from './rule';

/** Endpoint and secret are of one region and account: the roles of the stack reach no others. */
const databaseIsReachable: Rule = ({ database, region, account_id: account }) => {
  if (database === undefined) return [];
  const { host, secret_arn: arn } = database;
  const [, , , itsRegion, itsAccount] = arn.split(':');
  const problem = (key: 'host' | 'secret_arn', value: string, message: string): Problem => ({
    path: `database.${key}`,
    value,
    message,
  });
  return [
    ...(region === undefined || parseEndpoint(host).region === region
      ? []
      : [problem('host', host, `must be a database of region ${region}, where the cluster is`)]),
    ...(region === undefined || itsRegion === region
      ? []
      : [problem('secret_arn', arn, `must be a secret of region ${region}`)]),
    ...(account === undefined || itsAccount === account
      ? []
      : [problem('secret_arn', arn, `must be a secret of account_id (${account})`)]),
    ...(region === undefined || rdsCertificates(region).length > 0
      ? []
      : [
          problem(
            'host',
            host,
            `cannot be verified: this release does not have the certificate authorities of RDS in ${region}`,
          ),
        ]),
  ];
};

/** Kubeflow 1.2 has other parts, and without Pipelines and Katib nobody stores anything. */
const databaseIsUsed: Rule = ({ database, kubeflow }) => {
  if (database === undefined || kubeflow === undefined) return [];
  const at = { path: 'database', value: database.host };
  if (kubeflow.installer === 'kfctl')
    return [
      { ...at, message: 'is for installer kustomize: Kubeflow 1.2 (kfctl) has its databases in the cluster' },
    ];
  return kubeflow.components.some((name) => name === 'pipelines' || name === 'katib')
    ? []
    : [{ ...at, message: 'has no effect: kubeflow.components names neither pipelines nor katib' }];
};

/** Rules for the database of RDS. */
export const databaseRules: readonly Rule[] = [databaseIsReachable, databaseIsUsed];
