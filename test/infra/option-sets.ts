/** Options of the stack that tests look at, by a name. All are synthesised in one process: the CDK takes seconds to load. */
export const optionSets = {
  network: {
    vpcId: 'vpc-0123456789abcdef0',
    subnetIds: 'subnet-0123456789abcdef1',
    securityGroupIds: 'sg-0123456789abcdef0',
  },
  networkInLists: {
    vpcId: 'vpc-0123456789abcdef0',
    subnetIds: 'subnet-0123456789abcdef1, subnet-0123456789abcdef2',
    securityGroupIds: ['sg-0123456789abcdef0'],
  },
  networkWithProxy: {
    vpcId: 'vpc-0123456789abcdef0',
    subnetIds: 'subnet-0123456789abcdef1',
    securityGroupIds: 'sg-0123456789abcdef0',
    httpsProxy: 'http://proxy.acme.example:3128',
    noProxy: '.acme.example,10.0.0.1',
  },
  archiveBuckets: { archiveBuckets: 'acme-mirror' },
  toolsMirror: { toolsMirror: 's3://acme-mirror/tools' },
  hostedZoneIds: { hostedZoneIds: 'Z0ACME1' },
  clusterKeyArns: {
    clusterKeyArns: ['arn:aws:kms:eu-central-1:111122223333:key/1'],
  },
  namespaceRolePaths: { namespaceRolePaths: '/kubeflow-teams/' },
  encryptLogs: { encryptLogs: 'true' },
  addressAndInterval: { notificationEmail: 'ops@example.com', resyncMinutes: 15 },
  intervalAsText: { notificationEmail: 'ops@example.com', resyncMinutes: '15' },
  driftEverySixHours: { driftHours: 6 },
  withoutDrift: { driftHours: 0 },
  boundary: { permissionsBoundaryArn: 'arn:aws:iam::111122223333:policy/boundary' },
  runbook: { runbookUrl: 'https://wiki.acme.example/kubeflow/alarms.html' },
  manyOptions: {
    vpcId: 'vpc-0123456789abcdef0',
    subnetIds: ['subnet-0123456789abcdef1', 'subnet-0123456789abcdef2'],
    securityGroupIds: 'sg-0123456789abcdef0',
    toolsMirror: 's3://acme-mirror/tools',
    notificationEmail: 'ops@example.com',
    permissionsBoundaryArn: 'arn:aws:iam::111122223333:policy/boundary',
    resyncMinutes: 15,
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export type OptionSet = keyof typeof optionSets;
