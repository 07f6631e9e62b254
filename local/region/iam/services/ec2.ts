import { madeUp, onEach, type Asked, type Need, type Needs } from '../needs';
import { tagsOf, text, texts } from '../parameters';

/** Beginning of an id → kind in the ARN. */
const kinds: Readonly<Record<string, string>> = {
  subnet: 'subnet',
  vpc: 'vpc',
  sg: 'security-group',
  lt: 'launch-template',
  i: 'instance',
};

/** A call that makes something: its kind, what else the call needs its permission on, and where its own tags stand. */
const creations: Readonly<Record<string, { kind: string; in?: [kind: string, parameter: string] }>> = {
  CreateLaunchTemplate: { kind: 'launch-template' },
  CreateSecurityGroup: { kind: 'security-group', in: ['vpc', 'VpcId'] },
};

/** Parameters with the id of what a call changes or removes. */
const subjects: Readonly<Record<string, string>> = {
  GroupId: 'security-group',
  LaunchTemplateId: 'launch-template',
};

/**
 * What a launch needs its permission on, beside the fleet itself; a launch from a template needs what stands in it, too, of
 * which the request does not tell the ids.
 */
const launched = ['instance', 'volume', 'network-interface', 'security-group'] as const;

/**
 * EC2, as far as stacks of clusters, the tags of subnets and Karpenter need it (Service Authorization Reference, Amazon EC2): what is
 * made with tags needs the permission to make tags, for the call that it is made in.
 */
export const ec2Needs: Needs = (call) => {
  const { action, operation, parameters, arn } = call;
  if (operation === 'RunInstances' || operation === 'CreateFleet') return needsOfLaunch(call);
  const creation = creations[operation];
  if (creation !== undefined) return needsOfCreation(call, creation);
  for (const [parameter, kind] of Object.entries(subjects)) {
    const id = text(parameters, parameter);
    if (id !== undefined) return [{ action, resource: arn(`${kind}/${id}`) }];
  }
  return onEach(
    call,
    [...texts(parameters, 'ResourceId'), ...texts(parameters, 'InstanceId')].map((id) => {
      const kind = kinds[id.slice(0, id.indexOf('-'))];
      return kind === undefined ? undefined : arn(`${kind}/${id}`);
    }),
  );
};

/**
 * A launch is allowed on the image, the subnet and all that it makes, and a fleet launches with its caller's rights (Service
 * Authorization Reference, RunInstances and CreateFleet). What is tagged needs the permission to make tags besides.
 */
function needsOfLaunch({ operation, parameters, arn, partition, region }: Asked): Need[] {
  const given = (name: string): string[] => [
    ...new Set(
      Object.entries(parameters).flatMap(([key, value]) =>
        (key === name || key.endsWith(`.${name}`)) && typeof value === 'string' ? [value] : [],
      ),
    ),
  ];
  const isFleet = operation === 'CreateFleet';
  const fromTemplate = given('LaunchTemplateName').length + given('LaunchTemplateId').length > 0;
  const spot = given('DefaultTargetCapacityType').includes('spot');
  const made = [...launched, ...(spot ? ['spot-instances-request'] : [])].map((kind) =>
    arn(`${kind}/${madeUp}`),
  );
  const resources = [
    ...made,
    ...given('ImageId').map((id) => `arn:${partition}:ec2:${region}::image/${id}`),
    ...given('SubnetId').map((id) => arn(`subnet/${id}`)),
    ...(fromTemplate ? [arn(`launch-template/${madeUp}`)] : []),
  ];
  return [
    ...(isFleet ? [arn(`fleet/${madeUp}`), ...resources] : []).map((resource) => ({
      action: 'ec2:CreateFleet',
      resource,
    })),
    ...resources.map((resource) => ({ action: 'ec2:RunInstances', resource })),
    ...given('ResourceType').map((kind) => ({
      action: 'ec2:CreateTags',
      resource: arn(`${kind}/${madeUp}`),
      keys: { 'ec2:createaction': [operation] },
    })),
  ];
}

function needsOfCreation(
  { action, operation, parameters, arn }: Asked,
  { kind, in: around }: (typeof creations)[string],
): Need[] {
  const made = arn(`${kind}/${madeUp}`);
  const tagged = Object.keys(tagsOf(parameters)).length > 0;
  return [
    { action, resource: made },
    ...(around === undefined
      ? []
      : [{ action, resource: arn(`${around[0]}/${text(parameters, around[1]) ?? ''}`) }]),
    ...(tagged
      ? [{ action: 'ec2:CreateTags', resource: made, keys: { 'ec2:createaction': [operation] } }]
      : []),
  ];
}
