import { allowList, boundless, givesOurTag, hasOurTag, here, type Permission } from '../core/permissions';

/**
 * What the builds need of AWS Backup. Nothing here deletes a backup, nor gives one another life: nobody who gets hold of the stack
 * can take the backups along (docs/adr/0158-backups.md).
 */

const vaults = here('backup', 'backup-vault:kubeflow-eks-*');
/** A plan's ARN has its id, which is random. */
const plans = here('backup', 'backup-plan:*');
const role = 'arn:<partition>:iam::<account>:role/*_kubeflow_Backup_*';
/** A backup is known by the type of what it is of: a cluster's own has AWS Backup's ARN, a volume's is a snapshot. */
const backups = [here('backup', 'recovery-point:*'), 'arn:<partition>:ec2:<region>::snapshot/*'];

const seeBackups: readonly Permission[] = [
  allowList(
    ['backup:ListBackupVaults', 'backup:ListBackupPlans'],
    'Looks for the vault and the plan of the deployment',
  ),
  {
    actions: ['backup:ListTags'],
    resources: [vaults, plans],
    why: "Tells ours from another's by tag. A plan's ARN has a random id.",
  },
  {
    actions: ['backup:GetBackupPlan', 'backup:ListBackupSelections', 'backup:GetBackupSelection'],
    resources: [plans],
    conditions: hasOurTag,
    why: 'Compares what is backed up, and when, with what is configured. Only plans with our tag.',
  },
];

export const makeBackups: readonly Permission[] = [
  ...seeBackups,
  allowList(
    ['backup:DescribeRegionSettings', 'backup:DescribeBackupJob'],
    'Looks whether the account has EKS backed up, and waits for the backup before an upgrade',
  ),
  {
    actions: ['backup:CreateBackupVault'],
    resources: [vaults],
    conditions: givesOurTag,
    why: "Makes the deployment's vault, with our tag. Its end comes from the configuration.",
  },
  {
    actions: ['backup-storage:MountCapsule'],
    resources: ['*'],
    why: 'Joins the configured key to the vault that is made; the action knows no resources.',
  },
  {
    actions: ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:RetireGrant'],
    resources: [boundless.clusterKey],
    conditions: { StringEquals: { 'kms:ViaService': 'backup.<region>.amazonaws.com' } },
    why: 'AWS Backup tries the configured key with the rights of who makes a vault, and asks through itself alone. The option clusterKeyArns names the keys.',
  },
  {
    actions: ['backup:CreateBackupPlan'],
    resources: [plans],
    conditions: givesOurTag,
    why: "Makes the deployment's plan, with our tag. Its ARN has a random id.",
  },
  {
    actions: ['backup:TagResource'],
    resources: [vaults, plans, ...backups],
    conditions: givesOurTag,
    why: 'AWS Backup asks for it where a vault, a plan or a backup is made with tags. Ids of plans and backups are random.',
  },
  {
    actions: ['backup:TagResource'],
    resources: [vaults],
    conditions: hasOurTag,
    why: 'Notes on the vault with our tag which backup was made before which upgrade.',
  },
  {
    actions: ['backup:UpdateBackupPlan', 'backup:CreateBackupSelection'],
    resources: [plans],
    conditions: hasOurTag,
    why: 'Brings the plan with our tag to what is configured, and has it back up the cluster.',
  },
  {
    actions: ['backup:StartBackupJob'],
    resources: [vaults],
    conditions: hasOurTag,
    why: 'Begins the backup before an upgrade, into the vault with our tag.',
  },
  {
    actions: ['iam:PassRole'],
    resources: [role],
    conditions: { StringEquals: { 'iam:PassedToService': 'backup.amazonaws.com' } },
    why: 'Hands AWS Backup the role for backups, and no other.',
  },
];

export const endPlans: readonly Permission[] = [
  {
    actions: ['backup:DeleteBackupSelection', 'backup:DeleteBackupPlan'],
    resources: [plans],
    conditions: hasOurTag,
    why: 'Ends the plan with our tag where no backups are configured any more, or the deployment goes.',
  },
];

export const removeVaults: readonly Permission[] = [
  ...seeBackups,
  ...endPlans,
  {
    actions: ['backup:ListRecoveryPointsByBackupVault', 'backup:DeleteBackupVault'],
    resources: [vaults],
    conditions: hasOurTag,
    why: 'Looks for backups in the vault with our tag, and removes it where there are none: AWS Backup refuses to remove another.',
  },
];
