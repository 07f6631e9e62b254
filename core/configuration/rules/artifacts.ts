import type { Rule } from './rule';

/** S3 user guide, "Using server-side encryption with AWS KMS": the key is of the bucket's region; its account is ours, as of `kms_key_arn`. */
const artifactKeyIsReachable: Rule = ({ artifacts, region, account_id: account }) => {
  const arn = artifacts?.kms_key_arn;
  const [, , , keyRegion, keyAccount] = arn?.split(':') ?? [];
  const problem = (message: string) => [{ path: 'artifacts.kms_key_arn', value: arn, message }];
  return [
    ...(arn === undefined || region === undefined || keyRegion === region
      ? []
      : problem(`must be a key of region ${region}, where the bucket is`)),
    ...(arn === undefined || account === undefined || keyAccount === account
      ? []
      : problem(`must be a key of account_id (${account})`)),
  ];
};

/** Artifacts are those of Pipelines, and Kubeflow 1.2 has no Profiles with an object store of their own. */
const artifactsHavePipelines: Rule = ({ artifacts, kubeflow }) => {
  if (artifacts === undefined || kubeflow === undefined) return [];
  const problem = (message: string) => [{ path: 'artifacts', value: artifacts, message }];
  if (kubeflow.installer === 'kfctl')
    return problem('cannot be had with Kubeflow 1.2 (installer kfctl), which keeps them in the cluster');
  return kubeflow.components.includes('pipelines')
    ? []
    : problem('has no effect: kubeflow.components does not name pipelines');
};

/** Rules for where artifacts are. */
export const artifactRules: readonly Rule[] = [artifactKeyIsReachable, artifactsHavePipelines];
