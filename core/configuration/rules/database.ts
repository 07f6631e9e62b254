import { rdsCertificates } from '../../rds-certificates';
import { parseEndpoint } from '../database';
import type { Problem } from '../problems';
import type { Rule } from './rule';

const defaultPort = 3306;

/** Either one that is there, with its user, or one that is made. */
const databaseIsOneOf: Rule = ({ database }) => {
  if (database === undefined) return [];
  const { host, secret_arn: arn, create, port } = database;
  const problem = (message: string): Problem[] => [
    { path: 'database', value: Object.keys(database).filter((key) => key !== 'data_moved'), message },
  ];
  if (create === undefined)
    return host !== undefined && arn !== undefined
      ? []
      : problem(
          'must have "host" and "secret_arn" of an existing database, or "create" for one that is made',
        );
  if (host !== undefined || arn !== undefined)
    return problem('must have either "host" and "secret_arn", or "create"');
  return port === defaultPort
    ? []
    : [
        {
          path: 'database.port',
          value: port,
          message: 'is for an existing database: one that is made has 3306',
        },
      ];
};

/** Endpoint and secret are of one region and account: the roles of the stack reach no others. */
const databaseIsReachable: Rule = ({ database, region, account_id: account }) => {
  if (database === undefined || region === undefined) return [];
  const { host, secret_arn: arn } = database;
  const [, , , itsRegion, itsAccount] = arn?.split(':') ?? [];
  const problem = (key: 'host' | 'secret_arn', value: string, message: string): Problem => ({
    path: `database.${key}`,
    value,
    message,
  });
  return [
    ...(host === undefined || parseEndpoint(host).region === region
      ? []
      : [problem('host', host, `must be a database of region ${region}, where the cluster is`)]),
    ...(arn === undefined || itsRegion === region
      ? []
      : [problem('secret_arn', arn, `must be a secret of region ${region}`)]),
    ...(arn === undefined || account === undefined || itsAccount === account
      ? []
      : [problem('secret_arn', arn, `must be a secret of account_id (${account})`)]),
    ...(rdsCertificates(region).length > 0
      ? []
      : [
          {
            path: 'database',
            value: region,
            message: `cannot be verified: this release does not have the certificate authorities of RDS in ${region}`,
          },
        ]),
  ];
};

/** RDS user guide, "Managing capacity automatically with storage autoscaling": the limit is a tenth above the storage at least. */
const storageMayGrow: Rule = ({ database }) => {
  const create = database?.create;
  if (create === undefined) return [];
  // In whole numbers: 1.1 is none that a computer has.
  const least = Math.ceil((create.storage_gib * 11) / 10);
  if (create.max_storage_gib >= least) return [];
  return [
    {
      path: 'database.create.max_storage_gib',
      value: create.max_storage_gib,
      message: `must be ${least.toString()} or more, a tenth above storage_gib (${create.storage_gib.toString()}): storage that is full stops the database`,
    },
  ];
};

/** Kubeflow 1.2 has other parts, and without Pipelines and Katib nobody stores anything. */
const databaseIsUsed: Rule = ({ database, kubeflow }) => {
  if (database === undefined || kubeflow === undefined) return [];
  const at = { path: 'database', value: database.host ?? 'create' };
  if (kubeflow.installer === 'kfctl')
    return [
      { ...at, message: 'is for installer kustomize: Kubeflow 1.2 (kfctl) has its databases in the cluster' },
    ];
  return kubeflow.components.some((name) => name === 'pipelines' || name === 'katib')
    ? []
    : [{ ...at, message: 'has no effect: kubeflow.components names neither pipelines nor katib' }];
};

/** Rules for the database of RDS. */
export const databaseRules: readonly Rule[] = [
  databaseIsOneOf,
  databaseIsReachable,
  storageMayGrow,
  databaseIsUsed,
];
