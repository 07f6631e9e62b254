import { type Asked, type Need, type Needs } from '../needs';
import { tagsOf, text } from '../parameters';

/**
 * AWS Backup: a vault by its name, a plan by its id. What is made with tags also needs the permission to tag it, a vault with a
 * key the permissions on that, and who gives AWS Backup a role must be allowed to pass it, for a selection to look at it, too
 * (Service Authorization Reference, AWS Backup; AWS Backup developer guide, "Backup vault creation and deletion";
 * CloudFormation's schema of AWS::Backup::BackupSelection, permissions of its handlers).
 */
export const backupNeeds: Needs = (call) => {
  const { action, parameters } = call;
  const resource = resourceOf(call);
  const isMaking = /^(?:Create|Start)/.test(call.operation);
  const tagged = Object.keys(tagsOf(parameters)).length > 0 && isMaking;
  return [
    { action, resource },
    ...(tagged ? [{ action: 'backup:TagResource', resource: taggedOf(call, resource) }] : []),
    ...(call.operation === 'CreateBackupVault' ? keyOf(call) : []),
    ...handedOn(call),
  ];
};

function resourceOf({ parameters, arn }: Asked): string | undefined {
  const given = text(parameters, 'arn');
  if (given !== undefined) return given;
  const vault = text(parameters, 'vault') ?? text(parameters, 'BackupVaultName');
  if (vault !== undefined) return arn(`backup-vault:${vault}`);
  return arn(`backup-plan:${text(parameters, 'plan') ?? 'new'}`);
}

function taggedOf({ operation, arn }: Asked, resource: string | undefined): string | undefined {
  return operation === 'StartBackupJob' ? arn('recovery-point:new') : resource;
}

function keyOf({ parameters, region }: Asked): Need[] {
  const key = text(parameters, 'EncryptionKeyArn');
  if (key === undefined) return [];
  const keys = { 'kms:viaservice': [`backup.${region}.amazonaws.com`] };
  return [
    { action: 'backup-storage:MountCapsule', resource: '*' },
    ...['CreateGrant', 'DescribeKey', 'RetireGrant', 'Decrypt', 'GenerateDataKey'].map((name) => ({
      action: `kms:${name}`,
      resource: key,
      keys,
    })),
  ];
}

function handedOn({ operation, parameters }: Asked): Need[] {
  const selection = parameters['BackupSelection'] as { IamRoleArn?: string } | undefined;
  const role = operation === 'CreateBackupSelection' ? selection?.IamRoleArn : text(parameters, 'IamRoleArn');
  if (role === undefined) return [];
  return [
    {
      action: 'iam:PassRole',
      resource: role,
      keys: { 'iam:passedtoservice': ['backup.amazonaws.com'] },
    },
    ...(operation === 'CreateBackupSelection' ? [{ action: 'iam:GetRole', resource: role }] : []),
  ];
}
