import { product } from '../core/naming';
import { boundless, givesOurTag, hasOurTag, here, type Permission } from '../core/permissions';

/**
 * What the builds need for the database that is made for a deployment. Names begin with ours and end with the deployment, which
 * comes from the configuration. Which resources an action is about, and what RDS asks for besides: Service Authorization
 * Reference, Amazon RDS. Security groups are in `eksctl-permissions.ts`.
 */

const named = (kind: string): string => here('rds', `${kind}:${product}-*`);
const instances = named('db');
const groups = [named('subgrp'), named('pg')];
/** Each engine has one of its own, which RDS gives an instance for which none is named. */
const optionGroup = here('rds', 'og:default:mysql-8-4');
const secret = here('secretsmanager', `secret:${product}/*/database-*`);
const ofDeployment = 'Its name ends with the deployment, which comes from the configuration.';

const seeDatabases: readonly Permission[] = [
  {
    actions: ['rds:DescribeDBInstances'],
    resources: [instances],
    why: `Looks how the deployment's database is, and whose. ${ofDeployment}`,
  },
  {
    actions: [
      'rds:DescribeDBSubnetGroups',
      'rds:DescribeDBParameterGroups',
      'rds:DescribeDBParameters',
      'rds:ListTagsForResource',
    ],
    resources: groups,
    why: `Compares the groups of the database, and tells ours from another's by tag. ${ofDeployment}`,
  },
  {
    actions: ['secretsmanager:DescribeSecret'],
    resources: [secret],
    why: `Looks whether the database's user is there. ${ofDeployment}`,
  },
];

const changeInstances: Permission = {
  actions: ['rds:ModifyDBInstance'],
  resources: [instances, named('pg')],
  conditions: hasOurTag,
  why: `Brings the database with our tag to what is configured; a destroy takes its protection from deletion away. ${ofDeployment}`,
};

export const makeDatabases: readonly Permission[] = [
  ...seeDatabases,
  {
    actions: ['rds:CreateDBInstance', 'rds:CreateDBSubnetGroup', 'rds:CreateDBParameterGroup'],
    resources: [instances, ...groups, optionGroup],
    conditions: givesOurTag,
    why: `Makes the database and its groups, with our tag; the option group is the engine's own. ${ofDeployment}`,
  },
  {
    actions: ['rds:AddTagsToResource'],
    resources: [instances, ...groups],
    conditions: givesOurTag,
    why: `RDS asks for it where something is made with tags. ${ofDeployment}`,
  },
  {
    actions: ['rds:AddTagsToResource'],
    resources: [instances],
    conditions: hasOurTag,
    why: `Notes on the database with our tag which version of its secret it has. ${ofDeployment}`,
  },
  changeInstances,
  {
    actions: ['rds:ModifyDBSubnetGroup', 'rds:ModifyDBParameterGroup'],
    resources: groups,
    conditions: hasOurTag,
    why: `Brings the groups with our tag to what is configured. ${ofDeployment}`,
  },
  {
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: [boundless.clusterKey],
    conditions: { StringEquals: { 'kms:ViaService': 'rds.<region>.amazonaws.com' } },
    why: 'RDS tries the configured key with the rights of who makes a database, and asks through itself alone. The option clusterKeyArns names the keys.',
  },
  {
    actions: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'],
    resources: [secret],
    conditions: givesOurTag,
    why: `Makes the secret with the database's user, with our tag. ${ofDeployment}`,
  },
  {
    actions: ['secretsmanager:GetSecretValue', 'secretsmanager:RestoreSecret'],
    resources: [secret],
    conditions: hasOurTag,
    why: `Hands RDS the password, which it keeps in memory alone, and takes a deletion back that is to come. ${ofDeployment}`,
  },
];

export const locateDatabases: Permission = {
  actions: ['rds:DescribeDBInstances'],
  resources: [instances],
  why: `Asks where the database is that was made for the deployment. ${ofDeployment}`,
};

export const removeDatabases: readonly Permission[] = [
  ...seeDatabases,
  changeInstances,
  {
    actions: ['rds:DeleteDBInstance', 'rds:CreateDBSnapshot'],
    resources: [instances],
    conditions: hasOurTag,
    why: `Removes the database with our tag, after a snapshot of it. ${ofDeployment}`,
  },
  {
    actions: ['rds:CreateDBSnapshot', 'rds:AddTagsToResource'],
    resources: [named('snapshot')],
    why: `Makes that snapshot, which gets the database's tags. ${ofDeployment}`,
  },
  {
    actions: ['rds:DescribeDBSnapshots'],
    resources: [instances, here('rds', 'snapshot:*')],
    why: `Tells which snapshots stay; RDS' reference does not say by which of the two it judges a look at those of one database. ${ofDeployment}`,
  },
  {
    actions: ['rds:DeleteDBSubnetGroup', 'rds:DeleteDBParameterGroup'],
    resources: groups,
    conditions: hasOurTag,
    why: `Removes the groups with our tag. ${ofDeployment}`,
  },
  {
    actions: ['secretsmanager:DeleteSecret'],
    resources: [secret],
    conditions: hasOurTag,
    why: `Has the secret with our tag deleted later. ${ofDeployment}`,
  },
];
