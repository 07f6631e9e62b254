import { madeUp, type Asked, type Need, type Needs } from '../needs';
import { tagsOf, text, texts } from '../parameters';

/**
 * EFS: a file system or an access point by its id; of a mount target EFS asks for the file system's. What is made with tags needs the
 * permission to tag it, for the call that it is made in; a file system with a key those on the key, by way of EFS; a mount target those on
 * its network interface (Service Authorization Reference, Amazon Elastic File System; EFS API reference, CreateMountTarget and
 * DeleteMountTarget; EFS user guide, "Using AWS KMS keys for Amazon EFS").
 */
export const efsNeeds: Needs = (call) => {
  const { action, operation, parameters, arn } = call;
  const resource = resourceOf(call);
  const tagged = operation.startsWith('Create') && Object.keys(tagsOf(parameters)).length > 0;
  const made = arn(`${operation === 'CreateAccessPoint' ? 'access-point' : 'file-system'}/${madeUp}`);
  return [
    { action, resource, keys: keysOf(call) },
    ...(tagged
      ? [
          {
            action: 'elasticfilesystem:TagResource',
            resource: made,
            keys: { 'elasticfilesystem:createaction': [operation] },
          },
        ]
      : []),
    ...(operation === 'CreateFileSystem' ? keyNeeds(call) : []),
    ...networkNeeds(call),
  ];
};

function resourceOf({ parameters, arn }: Asked): string {
  const named = (name: string): string | undefined => text(parameters, name);
  const tagged = named('ResourceId');
  const accessPoint = named('AccessPointId') ?? (tagged?.startsWith('fsap-') === true ? tagged : undefined);
  if (accessPoint !== undefined) return arn(`access-point/${accessPoint}`);
  return arn(`file-system/${named('FileSystemId') ?? tagged ?? madeUp}`);
}

function keysOf({ operation, parameters }: Asked): Record<string, readonly string[]> {
  if (operation === 'CreateFileSystem')
    return { 'elasticfilesystem:encrypted': [String(parameters['Encrypted'] === true)] };
  return operation === 'TagResource' ? { 'elasticfilesystem:createaction': [] } : {};
}

function keyNeeds({ parameters, region }: Asked): Need[] {
  const resource = text(parameters, 'KmsKeyId');
  if (resource === undefined) return [];
  const keys = { 'kms:viaservice': [`elasticfilesystem.${region}.amazonaws.com`] };
  return ['DescribeKey', 'GenerateDataKeyWithoutPlaintext', 'Decrypt', 'CreateGrant'].map((name) => ({
    action: `kms:${name}`,
    resource,
    keys,
  }));
}

function networkNeeds({ operation, parameters, arn }: Asked): Need[] {
  const needs = (action: string, resources: readonly string[]): Need[] =>
    resources.map((resource) => ({ action, resource: arn(resource, 'ec2') }));
  const made = `network-interface/${madeUp}`;
  if (operation === 'DeleteMountTarget') return needs('ec2:DeleteNetworkInterface', [made]);
  if (operation !== 'CreateMountTarget') return [];
  return needs('ec2:CreateNetworkInterface', [
    made,
    `subnet/${text(parameters, 'SubnetId') ?? ''}`,
    ...texts(parameters, 'SecurityGroups').map((id) => `security-group/${id}`),
  ]);
}
