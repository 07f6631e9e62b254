import Ajv from 'ajv';
import fc from '../../support/fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderCluster, type ClusterConfig } from '../../../builds/cluster/cluster-config';
import { nodeGroupTags } from '../../../builds/cluster/node-groups';
import type { Network } from '../../../core/handover/found';
import { ownerTag } from '../../../core/naming';
import { configurationWith, found } from '../support';
import { arbitraryDocument, arbitraryFound } from './arbitrary-configuration';

const schemaFile = join(__dirname, '../../../../shared/schemas/eksctl-clusterconfig.schema.json');
const withSchema = existsSync(schemaFile) ? test : test.skip;
const buildRoles = ['arn:aws:iam::111122223333:role/kubeflow-eks-kubeflow'];

/** Renders any valid configuration and looks at it. */
function forAll(
  check: (config: ClusterConfig, document: Record<string, unknown>, found: Network) => void,
): void {
  fc.assert(
    fc.property(arbitraryDocument, arbitraryFound, (document, network) => {
      check(renderCluster(configurationWith(document), network, buildRoles), document, network);
    }),
    { numRuns: 200 },
  );
}

// Without the schema, whose file is not part of this repository, the checks below stand alone.
withSchema("any valid configuration is a cluster by eksctl's published schema", () => {
  const validate = new Ajv({ strict: false, logger: false }).compile(
    JSON.parse(readFileSync(schemaFile, 'utf8')) as object,
  );
  forAll((config) => {
    validate(config);
    expect(validate.errors).toBeNull();
  });
});

test('every subnet that was found is in the cluster once, under a name of its zone', () => {
  forAll((config, _document, network) => {
    for (const kind of ['private', 'public'] as const) {
      const rendered = Object.entries(config.vpc.subnets[kind] ?? {});
      expect(rendered.map(([, { id }]) => id).sort()).toEqual(
        network.subnets[kind].map(({ id }) => id).sort(),
      );
      for (const [name, { id, az = name }] of rendered) {
        expect({ id, az }).toEqual(network.subnets[kind].find((subnet) => subnet.id === id));
        // eksctl refuses the others of a zone if one of them has the zone's name.
        const ofZone = network.subnets[kind].filter((subnet) => subnet.az === az);
        expect(name === az).toBe(ofZone.length === 1);
      }
    }
  });
});

test('every role that eksctl makes has the permissions boundary, and none without one configured', () => {
  forAll((config, document) => {
    const boundary = document['permissions_boundary_arn'];
    const identities = [
      ...config.iam.podIdentityAssociations,
      ...config.addons.flatMap(({ podIdentityAssociations = [] }) => podIdentityAssociations),
    ];
    expect(identities).not.toHaveLength(0);
    for (const { permissionsBoundaryARN } of identities) expect(permissionsBoundaryARN).toBe(boundary);
    for (const { iam } of config.managedNodeGroups) {
      expect(iam.instanceRolePermissionsBoundary).toBe(boundary);
    }
    // The one role that eksctl would make without it is made beforehand.
    expect(config.iam.serviceRoleARN).toMatch(/^arn:aws:iam::111122223333:role\/.{1,64}$/);
  });
});

test('names keep to the limits of IAM and EKS, and two node groups do not share one', () => {
  forAll((config) => {
    const groups = config.managedNodeGroups;
    const roles = groups.map(({ iam }) => iam.instanceRoleName);
    expect(new Set(roles).size).toBe(groups.length);
    expect(new Set(groups.map(({ name }) => name)).size).toBe(groups.length);
    for (const name of [
      ...roles,
      ...config.iam.podIdentityAssociations.flatMap(({ roleName = '' }) => roleName),
    ])
      expect(name).toMatch(/^[\w+=,.@-]{1,64}$/);
  });
});

test('a configured tag Name never reaches eksctl, which names what it makes itself', () => {
  forAll((config) => {
    for (const { tags } of [
      config.metadata,
      ...config.managedNodeGroups,
      ...config.iam.podIdentityAssociations,
    ])
      expect(tags).not.toHaveProperty('Name');
    for (const { name, instanceName } of config.managedNodeGroups) expect(instanceName).toBe(name);
  });
});

test("a pod gets no answer from its node's metadata service, and the node's role may only join and pull", () => {
  forAll(({ managedNodeGroups: groups }) => {
    for (const { disablePodIMDS, iam } of groups) {
      expect(disablePodIMDS).toBe(true);
      expect(iam.attachPolicyARNs.map((arn) => arn.split('/').at(-1))).toEqual([
        'AmazonEKSWorkerNodePolicy',
        'AmazonEC2ContainerRegistryPullOnly',
      ]);
    }
  });
});

test('a group that was made with an open metadata service is another one by its digest, so it is replaced', () => {
  const [group] = renderCluster(configurationWith(), found).managedNodeGroups;
  // The digests of the same settings without `disablePodIMDS`, with the former policies and with the present ones.
  expect(group?.tags[nodeGroupTags.settings]).toMatch(/^[0-9a-f]{8}$/);
  expect(['e8af8753', 'a2ce85fd']).not.toContain(group?.tags[nodeGroupTags.settings]);
});

test('of a large group a third is replaced at once, so that an update ends within its build', () => {
  const [group] = renderCluster(configurationWith(), found).managedNodeGroups;
  expect(group?.updateConfig).toEqual({ maxUnavailablePercentage: 33 });
});

test('who works in the VPC reaches the API server there, however narrow its public ranges are', () => {
  for (const endpoint_access of [{ public: false }, { public_cidrs: ['203.0.113.0/24'] }, {}])
    expect(renderCluster(configurationWith({ endpoint_access }), found).vpc.extraCIDRs).toEqual([
      found.vpc.cidr,
    ]);
});

test('the gateways can scale: there is a metrics server', () => {
  expect(renderCluster(configurationWith(), found).addons.map(({ name }) => name)).toContain(
    'metrics-server',
  );
});

test('everything that can be tagged carries the owner', () => {
  forAll((config) => {
    const tagged = [
      config.metadata,
      ...config.addons,
      ...config.managedNodeGroups,
      ...config.iam.podIdentityAssociations,
    ];
    for (const { tags } of tagged) expect(tags).toMatchObject({ [ownerTag]: config.metadata.name });
  });
});

test('a public endpoint is open to the configured ranges only, a private one names none', () => {
  const rendered = (endpoint_access: object): ClusterConfig['vpc'] =>
    renderCluster(configurationWith({ endpoint_access }), found).vpc;
  expect(rendered({ public: true, public_cidrs: ['203.0.113.0/24'] })).toMatchObject({
    clusterEndpoints: { publicAccess: true, privateAccess: true },
    publicAccessCIDRs: ['203.0.113.0/24'],
  });
  expect(rendered({ public: false })).not.toHaveProperty('publicAccessCIDRs');
});

test('an ssh key opens no port', () => {
  const { managedNodeGroups } = renderCluster(configurationWith({ ssh_key_name: 'operators' }), found);
  expect(managedNodeGroups[0]?.ssh).toEqual({ allow: false, publicKeyName: 'operators' });
  expect(renderCluster(configurationWith(), found).managedNodeGroups[0]).not.toHaveProperty('ssh');
});

test('builds and named roles administer the cluster; the profile manager is in its group and no more', () => {
  const admin = 'arn:aws:iam::111122223333:role/platform';
  const { accessEntries, authenticationMode } = renderCluster(
    configurationWith({ admin_role_arns: [admin, ...buildRoles] }),
    found,
    buildRoles,
  ).accessConfig;
  expect(authenticationMode).toBe('API');
  expect(
    accessEntries.map(({ principalARN, accessPolicies }) => [principalARN, accessPolicies?.length]),
  ).toEqual([
    [buildRoles[0], 1],
    [admin, 1],
    [expect.stringContaining('role/kubeflow-eks-profile-manager-'), undefined],
  ]);
  expect(accessEntries[2]?.kubernetesGroups).toEqual(['kubeflow-eks:profile-manager']);
});

test('secrets are encrypted with the key, all five logs are on, EBS volumes are marked', () => {
  const config = renderCluster(configurationWith(), found);
  expect(config.secretsEncryption.keyARN).toBe(configurationWith().kms_key_arn);
  expect([...config.cloudWatch.clusterLogging.enableTypes].sort()).toEqual([
    'api',
    'audit',
    'authenticator',
    'controllerManager',
    'scheduler',
  ]);
  const values = config.addons.find(({ name }) => name === 'aws-ebs-csi-driver')?.configurationValues;
  expect(JSON.parse(values ?? '')).toEqual({
    controller: { extraVolumeTags: config.metadata.tags },
  });
});
