import { madeUp, type Asked, type Need, type Needs } from '../needs';
import { tagsOf, text } from '../parameters';

/** Parameter with a name → kind in the ARN. */
const kinds: Readonly<Record<string, string>> = {
  DBInstanceIdentifier: 'db',
  DBClusterIdentifier: 'cluster',
  DBSubnetGroupName: 'subgrp',
  DBParameterGroupName: 'pg',
  DBSnapshotIdentifier: 'snapshot',
};

/** What a call is about where it names nothing: a look at all of a kind. */
const ofAll: Readonly<Record<string, string>> = {
  DescribeDBInstances: 'db',
  DescribeDBClusters: 'cluster',
  DescribeDBSubnetGroups: 'subgrp',
  DescribeDBParameterGroups: 'pg',
  DescribeDBSnapshots: 'snapshot',
};

/** Actions that know no resources. */
const withoutResource = /^Describe(?:OrderableDBInstanceOptions|DBEngineVersions)$/;

/**
 * RDS (Service Authorization Reference, Amazon RDS): a call needs its permission on all that it names; an instance that is made, on the
 * option group of its engine as well (RDS user guide, "Allow a user to create DB instances in an AWS account"). What is made with
 * tags needs the permission to tag, what is encrypted with a key those on the key, the first instance of an account the permission
 * to make the role of the service, and a final snapshot those to make one; it has the instance's tags where that hands them on.
 */
export const rdsNeeds: Needs = (call) => {
  const { action, operation, parameters, arn } = call;
  if (withoutResource.test(operation)) return [{ action, resource: '*' }];
  const given = text(parameters, 'ResourceName');
  const all = ofAll[operation];
  const resources =
    given === undefined
      ? Object.entries(kinds).flatMap(([parameter, kind]) => {
          const name = text(parameters, parameter);
          return name === undefined ? [] : [arn(`${kind}:${name}`)];
        })
      : [given];
  const own = resources.length === 0 && all !== undefined ? [arn(`${all}:*`)] : resources;
  const made = operation === 'CreateDBInstance' ? [...own, optionGroupOf(call)] : own;
  const tagged = operation.startsWith('Create') && Object.keys(tagsOf(parameters)).length > 0;
  return [
    ...(made.length === 0 ? [undefined] : made).map((resource) => ({ action, resource })),
    ...(tagged ? [{ action: 'rds:AddTagsToResource', resource: own[0] }] : []),
    ...(operation === 'CreateDBInstance' ? [...ofKey(call), roleOfRds(call)] : []),
    ...(operation === 'DeleteDBInstance' ? ofFinalSnapshot(call) : []),
  ];
};

/** `default:mysql-8-4` for `8.4` and `8.4.7`. */
function optionGroupOf({ parameters, arn }: Asked): string {
  const [major = madeUp, minor = madeUp] = (text(parameters, 'EngineVersion') ?? '').split('.');
  return arn(`og:default:${text(parameters, 'Engine') ?? madeUp}-${major}-${minor}`);
}

/** RDS user guide, "AWS KMS key management", names the first two; the Service Authorization Reference has the others besides. */
function ofKey({ parameters, region }: Asked): Need[] {
  const resource = text(parameters, 'KmsKeyId');
  if (resource === undefined) return [];
  const keys = { 'kms:viaservice': [`rds.${region}.amazonaws.com`] };
  return ['CreateGrant', 'DescribeKey', 'Decrypt', 'GenerateDataKey'].map((name) => ({
    action: `kms:${name}`,
    resource,
    keys,
  }));
}

/** RDS user guide, "Using service-linked roles for Amazon RDS"; that the account has none yet is what is rehearsed. */
const roleOfRds = ({ arn }: Asked): Need => ({
  action: 'iam:CreateServiceLinkedRole',
  resource: arn('role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS', 'iam', ''),
  keys: { 'iam:awsservicename': ['rds.amazonaws.com'] },
});

function ofFinalSnapshot({ parameters, arn }: Asked): Need[] {
  const snapshot = text(parameters, 'FinalDBSnapshotIdentifier');
  if (snapshot === undefined) return [];
  const resource = arn(`snapshot:${snapshot}`);
  return [
    { action: 'rds:CreateDBSnapshot', resource },
    {
      action: 'rds:CreateDBSnapshot',
      resource: arn(`db:${text(parameters, 'DBInstanceIdentifier') ?? madeUp}`),
    },
    { action: 'rds:AddTagsToResource', resource },
  ];
}
