import { madeUp, onEach, type Asked, type Need, type Needs } from '../needs';
import { tagsOf, text, texts } from '../parameters';

/** Beginning of an id → kind in the ARN. */
const kinds: Readonly<Record<string, string>> = {
  subnet: 'subnet',
  vpc: 'vpc',
  sg: 'security-group',
  lt: 'launch-template',
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
 * EC2, as far as stacks of clusters and the tags of subnets need it (Service Authorization Reference, Amazon EC2): what is
 * made with tags needs the permission to make tags, for the call that it is made in.
 */
export const ec2Needs: Needs = (call) => {
  const { action, operation, parameters, arn } = call;
  const creation = creations[operation];
  if (creation !== undefined) return needsOfCreation(call, creation);
  for (const [parameter, kind] of Object.entries(subjects)) {
    const id = text(parameters, parameter);
    if (id !== undefined) return [{ action, resource: arn(`${kind}/${id}`) }];
  }
  return onEach(
    call,
    texts(parameters, 'ResourceId').map((id) => {
      const kind = kinds[id.slice(0, id.indexOf('-'))];
      return kind === undefined ? undefined : arn(`${kind}/${id}`);
    }),
  );
};

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
