import { EC2Client, ModifyEbsDefaultKmsKeyIdCommand } from '@aws-sdk/client-ec2';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateOpenIDConnectProviderCommand,
  IAMClient,
  ListOpenIDConnectProvidersCommand,
  ListPoliciesCommand,
  ListRolesCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { createPolicy, createRole, findPolicy, findRole } from '../../../adapters/aws/iam';
import { ensureIamRoles, planIamRoles } from '../../../builds/cluster/iam-roles';
import type { PolicyStatement } from '../../../builds/load-balancer/load-balancer-policy';
import { removeIamRoles } from '../../../builds/teardown/remove-iam-roles';
import { parseConfiguration, type Configuration } from '../../../core/configuration';
import type { Left } from '../../../core/handover/left';
import { formerIamNames, iamNames } from '../../../core/iam-names';
import { eksctlClusterTag, ownerTag } from '../../../core/naming';
import { minimalConfiguration } from '../../support/minimal-configuration';
import { useMoto } from '../../support/moto';

const found = {
  vpc: { id: 'vpc-0123456789abcdef0', cidr: '10.0.0.0/16' },
  subnets: { private: [], public: [] },
};
const say = (): void => undefined;
const left: string[] = [];
const telling = { say, leave: ({ what }: Left) => left.push(what) };

function configurationIn(region: string, more: object = {}): Configuration {
  const parsed = parseConfiguration({
    ...minimalConfiguration,
    region,
    account_id: '123456789012',
    kms_key_arn: `arn:aws:kms:${region}:123456789012:key/11111111-2222-3333-4444-555555555555`,
    ...more,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.configuration;
}

describe('the identities of clusters of one name in two regions of an account', () => {
  const moto = useMoto('eu-central-1');
  const first = configurationIn('eu-central-1');
  const second = configurationIn('us-west-2');
  const names = async (): Promise<string[]> => {
    const iam = moto.lookingClients.get(IAMClient);
    const { Roles: roles = [] } = await iam.send(new ListRolesCommand({}));
    const { Policies: policies = [] } = await iam.send(new ListPoliciesCommand({ Scope: 'Local' }));
    return [
      ...roles.map(({ RoleName }) => RoleName ?? ''),
      ...policies.map(({ PolicyName }) => PolicyName ?? ''),
    ].sort();
  };
  const legacy = { [ownerTag]: 'acme' };

  test('are apart: making or removing those of one leaves the other with what it had', async () => {
    await ensureIamRoles(moto.clients, first, found, say);
    const before = await names();
    await ensureIamRoles(moto.clients, second, found, say);
    expect(await planIamRoles(moto.clients, first, found)).toEqual([]);
    await removeIamRoles(moto.clients, second, undefined, telling);
    expect(await names()).toEqual(before);
    expect(await planIamRoles(moto.clients, first, found)).toEqual([]);
    await removeIamRoles(moto.clients, first, undefined, telling);
    expect(await names()).toEqual([]);
  });

  test('the controller may take a web ACL away for as long as it may have had one', async () => {
    const webAcl =
      'arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/front/11111111-2222-3333-4444-555555555555';
    const guarded = { ...first, kubeflow: { ...first.kubeflow, ingress_waf_acl_arn: webAcl } };
    const change = [
      { action: 'change', what: `the document of the policy ${iamNames.loadBalancerPolicy(first)}` },
    ];
    const planned = async (configuration: Configuration) =>
      (await planIamRoles(moto.clients, configuration, found)).map(({ action, what }) => ({
        action,
        what,
      }));
    await ensureIamRoles(moto.clients, first, found, say);
    expect(await planned(guarded)).toEqual(change);
    await ensureIamRoles(moto.clients, guarded, found, say);
    expect(await planned(guarded)).toEqual([]);
    expect(await planned(first)).toEqual(change);
    await ensureIamRoles(moto.clients, first, found, say);
    expect(await planned(first)).toEqual([]);
    const policy = await findPolicy(
      moto.clients,
      `arn:aws:iam::123456789012:policy/${iamNames.loadBalancerPolicy(first)}`,
    );
    expect(JSON.stringify(policy?.document)).toContain('wafv2:DisassociateWebACL');
    expect(JSON.stringify(policy?.document)).not.toContain('wafv2:AssociateWebACL');
    await removeIamRoles(moto.clients, first, undefined, telling);
  });

  test('who may assume a role of ours is brought back where somebody changed it, and told by a plan before', async () => {
    const all = configurationIn('eu-central-1', { autoscaling: {}, backup: {}, artifacts: {} });
    await ensureIamRoles(moto.clients, all, found, say);
    const iam = moto.lookingClients.get(IAMClient);
    const roles = ['clusterRole', 'autoscaledRole', 'backupRole', 'artifactsRole'] as const;
    const trusts = async () =>
      Promise.all(
        roles.map(async (role) => (await findRole(moto.lookingClients, iamNames[role](all)))?.trust),
      );
    const before = await trusts();
    const stranger = { Effect: 'Allow', Principal: { AWS: '999999999999' }, Action: 'sts:AssumeRole' };
    for (const role of roles)
      await iam.send(
        new UpdateAssumeRolePolicyCommand({
          RoleName: iamNames[role](all),
          PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [stranger] }),
        }),
      );
    expect((await planIamRoles(moto.clients, all, found)).map(({ what }) => what)).toEqual(
      roles.map((role) => `the role ${iamNames[role](all)}: who may assume it`),
    );
    await ensureIamRoles(moto.clients, all, found, say);
    expect(await trusts()).toEqual(before);
    expect(await planIamRoles(moto.clients, all, found)).toEqual([]);
    await removeIamRoles(moto.clients, all, undefined, telling);
  });

  test('Karpenter may use the account’s own key of volumes, and the plan follows another', async () => {
    const scaled = configurationIn('eu-central-1', { autoscaling: {} });
    const name = iamNames.karpenterPolicy(scaled);
    const useKey = async (): Promise<string> => {
      const { KeyMetadata: key } = await moto.lookingClients.get(KMSClient).send(new CreateKeyCommand({}));
      await moto.lookingClients
        .get(EC2Client)
        .send(new ModifyEbsDefaultKmsKeyIdCommand({ KmsKeyId: key?.Arn }));
      return key?.Arn ?? '';
    };
    const ofKey = async (): Promise<PolicyStatement[]> => {
      const policy = await findPolicy(moto.lookingClients, `arn:aws:iam::123456789012:policy/${name}`);
      const { Statement } = policy?.document as { Statement: PolicyStatement[] };
      return Statement.filter(({ Action }) => JSON.stringify(Action).includes('kms:'));
    };
    await ensureIamRoles(moto.clients, scaled, found, say);
    expect(await ofKey()).toEqual([]);
    const key = await useKey();
    expect((await planIamRoles(moto.clients, scaled, found)).map(({ what }) => what)).toEqual([
      `the document of the policy ${name}`,
    ]);
    await ensureIamRoles(moto.clients, scaled, found, say);
    const viaEc2 = { 'kms:ViaService': 'ec2.eu-central-1.amazonaws.com' };
    expect((await ofKey()).map(({ Resource, Condition }) => ({ Resource, Condition }))).toEqual([
      { Resource: key, Condition: { StringEquals: viaEc2 } },
      {
        Resource: key,
        Condition: { StringEquals: viaEc2, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      },
    ]);
    expect(await planIamRoles(moto.clients, scaled, found)).toEqual([]);
    await useKey();
    expect(await planIamRoles(moto.clients, scaled, found)).toHaveLength(1);
    await moto.lookingClients.get(EC2Client).send(new ModifyEbsDefaultKmsKeyIdCommand({ KmsKeyId: '' }));
    await removeIamRoles(moto.clients, scaled, undefined, telling);
  });

  test('a plan reads each policy once', async () => {
    await ensureIamRoles(moto.clients, first, found, say);
    moto.forgetCalls();
    await planIamRoles(moto.clients, first, found);
    expect(moto.calls.filter(({ operation }) => operation === 'GetPolicy')).toHaveLength(1);
  });

  test('those without a region in name and mark go only where something shows that they are of this one', async () => {
    const roleName = formerIamNames.clusterRole(first);
    await createRole(moto.clients, { name: roleName, trust: {}, description: 'cluster', tags: legacy });
    await createPolicy(moto.clients, {
      name: formerIamNames.loadBalancerPolicy(first),
      description: 'controller',
      document: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['ec2:CreateSecurityGroup'],
            Resource: 'arn:aws:ec2:eu-central-1:123456789012:vpc/vpc-0123456789abcdef0',
          },
        ],
      },
      tags: legacy,
    });
    const before = await names();
    await removeIamRoles(moto.clients, second, undefined, telling);
    expect(await names()).toEqual(before);
    await removeIamRoles(moto.clients, first, undefined, telling);
    expect(await names()).toEqual([roleName]);
    expect(left).toContain(`the role ${roleName}`);
    await removeIamRoles(
      moto.clients,
      first,
      { roleArn: `arn:aws:iam::123456789012:role/${roleName}` },
      telling,
    );
    expect(await names()).toEqual([]);
  });

  test('the identity provider of a cluster that is gone is found by the tag of eksctl and its region', async () => {
    const iam = moto.lookingClients.get(IAMClient);
    const make = async (Url: string, cluster: string) =>
      iam.send(
        new CreateOpenIDConnectProviderCommand({
          Url,
          ThumbprintList: ['0'.repeat(40)],
          Tags: [{ Key: eksctlClusterTag, Value: cluster }],
        }),
      );
    await make('https://oidc.eks.eu-central-1.amazonaws.com/id/A', 'acme');
    await make('https://oidc.eks.us-west-2.amazonaws.com/id/B', 'acme');
    await make('https://oidc.eks.eu-central-1.amazonaws.com/id/C', 'other');
    await removeIamRoles(moto.clients, first, undefined, telling);
    const { OpenIDConnectProviderList: rest = [] } = await iam.send(
      new ListOpenIDConnectProvidersCommand({}),
    );
    expect(rest.map(({ Arn = '' }) => Arn.slice(-1)).sort()).toEqual(['B', 'C']);
  });

  test("a role of the name that bears another region's mark is a conflict", async () => {
    await createRole(moto.clients, {
      name: iamNames.clusterRole(first),
      trust: {},
      description: 'cluster',
      tags: legacy,
    });
    await expect(planIamRoles(moto.clients, first, found)).rejects.toMatchObject({
      name: 'ResourceConflict',
    });
  });
});
