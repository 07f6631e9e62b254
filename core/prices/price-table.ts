/** The region whose prices these are. */
export const pricedRegion = 'us-east-1';

/** Month in which the public price pages were taken over. Prices of EC2 change rarely, and for new families mostly. */
export const pricesAsOf = '2025-06';

/** AWS' own calculators count a month as so many hours. */
export const hoursPerMonth = 730;

/** US dollars, on demand, without taxes, discounts and free tiers. */
export const prices = {
  /** An hour of a cluster whose Kubernetes version is in standard support; https://aws.amazon.com/eks/pricing/. */
  clusterHour: 0.1,
  /** The same in extended support. */
  extendedClusterHour: 0.6,
  /** A GB of gp3 for a month; https://aws.amazon.com/ebs/pricing/. */
  gp3GbMonth: 0.08,
  /** An hour of an Application Load Balancer, without its capacity units; https://aws.amazon.com/elasticloadbalancing/pricing/. */
  loadBalancerHour: 0.0225,
  /** A GB-second of provisioned concurrency, x86; https://aws.amazon.com/lambda/pricing/. */
  provisionedGbSecond: 0.0000041667,
  /** A secret for a month; https://aws.amazon.com/secrets-manager/pricing/. */
  secretMonth: 0.4,
  /** A user who comes by SAML, for a month, beyond the first 50; https://aws.amazon.com/cognito/pricing/. */
  federatedUserMonth: 0.015,
  /** A state transition of a Standard workflow, retries included; https://aws.amazon.com/step-functions/pricing/. */
  stateTransition: 0.000025,
  /** A GB-second of a function on Graviton, and a call of it; https://aws.amazon.com/lambda/pricing/. */
  functionGbSecond: 0.0000133334,
  functionCall: 0.0000002,
  /** A minute of arm1.small, of which a begun one counts whole; https://aws.amazon.com/codebuild/pricing/. */
  buildMinute: 0.0034,
  /** An alarm for a month, a metric of one's own, a dashboard; https://aws.amazon.com/cloudwatch/pricing/. */
  alarmMonth: 0.1,
  metricMonth: 0.3,
  dashboardMonth: 3,
  /** A key of one's own for a month; https://aws.amazon.com/kms/pricing/. */
  keyMonth: 1,
  /** An event of one's own; https://aws.amazon.com/eventbridge/pricing/. */
  customEvent: 0.000001,
  /** An hour of a NAT gateway, without the data that it passes on; https://aws.amazon.com/vpc/pricing/. */
  natGatewayHour: 0.045,
} as const;

/**
 * An hour of a family's `large`, US dollars, Linux, on demand (https://aws.amazon.com/ec2/pricing/on-demand/). The sizes of these families
 * cost in proportion: an `xlarge` twice as much, a `2xlarge` four times.
 */
export const largeHour: Readonly<Record<string, number>> = {
  t3: 0.0832,
  t3a: 0.0752,
  m5: 0.096,
  m5a: 0.086,
  m6a: 0.0864,
  m6i: 0.096,
  m7a: 0.11592,
  m7i: 0.1008,
  c5: 0.085,
  c5a: 0.077,
  c6a: 0.0765,
  c6i: 0.085,
  c7i: 0.08925,
  r5: 0.126,
  r5a: 0.113,
  r6a: 0.1134,
  r6i: 0.126,
  r7i: 0.1323,
};

/**
 * An hour of an instance of RDS for MySQL in one zone, US dollars, on demand, and a GB of its gp3 for a month
 * (https://aws.amazon.com/rds/mysql/pricing/). With a standby both cost twice as much.
 */
export const databaseHour: Readonly<Record<string, number>> = {
  'db.t4g.micro': 0.016,
  'db.t4g.small': 0.032,
  'db.t4g.medium': 0.065,
  'db.t4g.large': 0.129,
  'db.m7g.large': 0.168,
};
export const databaseGbMonth = 0.115;

/** Sizes of {@link largeHour}'s families, in units of their `large`. */
export const sizes: Readonly<Record<string, number>> = {
  large: 1,
  xlarge: 2,
  '2xlarge': 4,
  '4xlarge': 8,
  '8xlarge': 16,
  '12xlarge': 24,
  '16xlarge': 32,
  '24xlarge': 48,
};

/** An hour of types whose sizes do not cost in proportion, since they differ in GPUs. */
export const typeHour: Readonly<Record<string, number>> = {
  'g4dn.xlarge': 0.526,
  'g4dn.2xlarge': 0.752,
  'g4dn.4xlarge': 1.204,
  'g4dn.8xlarge': 2.176,
  'g4dn.12xlarge': 3.912,
  'g4dn.16xlarge': 4.352,
  'g5.xlarge': 1.006,
  'g5.2xlarge': 1.212,
  'g5.4xlarge': 1.624,
  'g5.8xlarge': 2.448,
  'g5.12xlarge': 5.672,
  'g5.16xlarge': 4.096,
  'g5.24xlarge': 8.144,
  'g5.48xlarge': 16.288,
  'g6.xlarge': 0.8048,
  'g6.2xlarge': 0.9776,
  'g6.4xlarge': 1.3232,
  'g6.8xlarge': 2.0144,
  'g6.12xlarge': 4.6016,
  'g6.16xlarge': 3.3968,
  'g6.24xlarge': 6.6752,
  'g6.48xlarge': 13.3504,
};
