import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  CreateClusterCommand,
  CreateNodegroupCommand,
  DeleteAccessEntryCommand,
  DeleteClusterCommand,
  DeleteNodegroupCommand,
  DescribeClusterCommand,
  DescribeNodegroupCommand,
  EKSClient,
  type AssociateAccessPolicyCommandInput,
  type CreateAccessEntryCommandInput,
  type CreateClusterCommandInput,
  type CreateNodegroupCommandInput,
} from '@aws-sdk/client-eks';
import { setTimeout as delay } from 'node:timers/promises';
import type { ResourceKind } from './resource-kind';
import { findUnlessGone, unlessGone } from './unless-gone';

const pollMs = 200;

const cluster: ResourceKind = {
  create: async (making) => {
    const { Logging: logging, Tags: own = [], ...properties } = making.properties;
    const types = (logging as { ClusterLogging?: { EnabledTypes?: { Type: string }[] } } | undefined)
      ?.ClusterLogging?.EnabledTypes;
    const input = {
      ...(apiCase(properties) as object),
      ...(types !== undefined && {
        logging: { clusterLogging: [{ types: types.map(({ Type }) => Type), enabled: true }] },
      }),
      tags: {
        ...making.tags,
        ...Object.fromEntries(
          (own as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]),
        ),
      },
    } as CreateClusterCommandInput;
    await making.clients.get(EKSClient).send(new CreateClusterCommand(input));
    return { physicalId: input.name ?? '', attributes: {} };
  },
  settled: async ({ clients }, name) => {
    for (;;) {
      const { cluster: found } = await clients.get(EKSClient).send(new DescribeClusterCommand({ name }));
      if (found?.status === 'ACTIVE')
        return {
          Arn: found.arn ?? '',
          Id: found.id ?? '',
          Endpoint: found.endpoint ?? '',
          CertificateAuthorityData: found.certificateAuthority?.data ?? '',
          ClusterSecurityGroupId: found.resourcesVpcConfig?.clusterSecurityGroupId ?? '',
          OpenIdConnectIssuerUrl: found.identity?.oidc?.issuer ?? '',
        };
      if (found?.status !== 'CREATING') throw new Error(`the cluster became ${found?.status ?? 'nothing'}`);
      await delay(pollMs);
    }
  },
  remove: async ({ clients }, name) => {
    const eks = clients.get(EKSClient);
    // Assumed: the handler reads before it deletes. It must say NotFound of what somebody deleted by another way (contract
    // of resource type handlers), and by permissions that go by tags, which nothing that is gone has, EKS' own answer to
    // the deletion would be a denial.
    const found = await findUnlessGone(() => eks.send(new DescribeClusterCommand({ name })));
    if (found === undefined) return;
    await unlessGone(() => eks.send(new DeleteClusterCommand({ name })));
    await gone(() => eks.send(new DescribeClusterCommand({ name })));
  },
};

const nodeGroup: ResourceKind = {
  create: async (making) => {
    const { Labels: labels, Tags: own, ...properties } = making.properties;
    const input = {
      ...(apiCase(properties) as object),
      labels,
      tags: { ...making.tags, ...(own as Record<string, string> | undefined) },
    } as CreateNodegroupCommandInput;
    const { nodegroup: made } = await making.clients.get(EKSClient).send(new CreateNodegroupCommand(input));
    return {
      physicalId: `${input.clusterName ?? ''}/${input.nodegroupName ?? ''}`,
      attributes: {
        Arn: made?.nodegroupArn ?? '',
        ClusterName: input.clusterName ?? '',
        NodegroupName: input.nodegroupName ?? '',
      },
    };
  },
  settled: async ({ clients }, physicalId) => {
    for (;;) {
      const { nodegroup: found } = await clients
        .get(EKSClient)
        .send(new DescribeNodegroupCommand(nameOf(physicalId)));
      if (found?.status === 'ACTIVE') return {};
      if (found?.status !== 'CREATING')
        throw new Error(
          `Nodegroup became ${found?.status ?? 'nothing'}: ${(found?.health?.issues ?? []).map(({ message }) => message).join('; ')}`,
        );
      await delay(pollMs);
    }
  },
  remove: async ({ clients }, physicalId) => {
    const eks = clients.get(EKSClient);
    await unlessGone(() => eks.send(new DeleteNodegroupCommand(nameOf(physicalId))));
    await gone(() => eks.send(new DescribeNodegroupCommand(nameOf(physicalId))));
  },
};

function nameOf(physicalId: string): { clusterName: string; nodegroupName: string } {
  const [clusterName = '', nodegroupName = ''] = physicalId.split('/');
  return { clusterName, nodegroupName };
}

type AssociatedPolicy = Pick<AssociateAccessPolicyCommandInput, 'policyArn' | 'accessScope'>;

function entryOf(physicalId: string): { clusterName: string; principalArn: string } {
  const [principalArn = '', clusterName = ''] = physicalId.split('|');
  return { clusterName, principalArn };
}

const accessEntry: ResourceKind = {
  create: async ({ clients, properties, tags }) => {
    const eks = clients.get(EKSClient);
    const { AccessPolicies: _policies, Tags: _tags, ...rest } = properties;
    const input = { ...(apiCase(rest) as object), tags } as CreateAccessEntryCommandInput;
    const { accessEntry: made } = await eks.send(new CreateAccessEntryCommand(input));
    const { clusterName, principalArn } = input;
    return {
      physicalId: `${principalArn ?? ''}|${clusterName ?? ''}`,
      attributes: { AccessEntryArn: made?.accessEntryArn ?? '' },
    };
  },
  settled: async ({ clients, properties }, physicalId) => {
    const policies = apiCase(properties['AccessPolicies'] ?? []) as AssociatedPolicy[];
    for (const policy of policies)
      await clients
        .get(EKSClient)
        .send(new AssociateAccessPolicyCommand({ ...entryOf(physicalId), ...policy }));
    return {};
  },
  remove: async ({ clients }, physicalId) => {
    await unlessGone(() => clients.get(EKSClient).send(new DeleteAccessEntryCommand(entryOf(physicalId))));
  },
};

/** Waits until something cannot be described any more. */
async function gone(describe: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await describe();
    } catch (error) {
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return;
      throw error;
    }
    await delay(pollMs);
  }
}

/** A template's names begin with capitals, the API's do not. */
function apiCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(apiCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.charAt(0).toLowerCase() + key.slice(1), apiCase(item)]),
  );
}

/** CloudFormation template reference, Amazon EKS. */
export const eksKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::EKS::AccessEntry': accessEntry,
  'AWS::EKS::Cluster': cluster,
  'AWS::EKS::Nodegroup': nodeGroup,
};
