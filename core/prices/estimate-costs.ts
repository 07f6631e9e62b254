import type { Configuration } from '../configuration';
import type { DatabaseToMake } from '../configuration/database';
import { nodeVolumeGiB } from '../nodes/resources';
import {
  databaseGbMonth,
  databaseHour,
  hoursPerMonth,
  largeHour,
  pricedRegion,
  prices,
  pricesAsOf,
  sizes,
  typeHour,
} from './price-table';

/** One thing that is paid for all the time. */
export interface CostItem {
  readonly what: string;
  /** US dollars a month; absent where the table does not know. */
  readonly perMonth?: number;
}

/** What a deployment costs while nobody uses it. */
export interface Costs {
  readonly currency: 'USD';
  /** The region whose prices were taken. */
  readonly region: string;
  /** Month of the price table, `YYYY-MM`. */
  readonly asOf: string;
  readonly items: readonly CostItem[];
  /** US dollars a month; absent where an item has no price. */
  readonly perMonth?: number;
  /** What is to be known of the sum: what is not in it, and of which region it is. */
  readonly notes: readonly string[];
}

/** Memory of the function whose instances are kept warm, in GB (lambda/profile-manager/deployment.ts). */
const profileManagerGb = 1;

/** What no configuration tells. */
export const notCounted = [
  'the VPC that you bring (NAT gateways, endpoints) and all traffic',
  "volumes of tenants and of Kubeflow's databases",
  `users who come by the directory ($${prices.federatedUserMonth} each a month beyond the first 50), the load balancer's capacity units`,
  'builds and executions (less than a dollar a provisioning), logs, alarms, keys, DNS: a few dollars a month',
  `extended support, which makes the cluster's hour $${prices.extendedClusterHour.toFixed(2)} once its Kubernetes version is old`,
  'taxes, discounts and free tiers',
];

/**
 * Reckons what a configuration costs a month while nobody uses it, from a dated table of one region.
 *
 * @example
 * const { perMonth } = estimateCosts(configuration);
 */
export function estimateCosts(
  configuration: Omit<Configuration, 'notification_email' | 'saml_metadata'>,
): Costs {
  const { cpu_worker_type: type, nodegroup_desired_size: nodes, gpu_node_group: gpu, region } = configuration;
  const { lambda_concurrency_enabled: isWarm, lambda_profile_concurrency: warm } = configuration;
  const count = nodes + (gpu?.desired_size ?? 0);
  const items: CostItem[] = [
    monthly('control plane', prices.clusterHour * hoursPerMonth),
    nodesOf('nodes', type, nodes),
    ...(gpu === undefined ? [] : [nodesOf('GPU nodes', gpu.worker_type, gpu.desired_size)]),
    monthly(
      `volumes of nodes, ${count} × ${nodeVolumeGiB} GB of gp3`,
      count * nodeVolumeGiB * prices.gp3GbMonth,
    ),
    ...databaseOf(configuration.database?.create),
    monthly('load balancer', prices.loadBalancerHour * hoursPerMonth),
    ...(isWarm && warm > 0
      ? [
          monthly(
            `provisioned concurrency, ${warm} of the profile manager`,
            warm * profileManagerGb * prices.provisionedGbSecond * 3600 * hoursPerMonth,
          ),
        ]
      : []),
    monthly("secret of the login's client", prices.secretMonth),
  ];
  const known = items.flatMap(({ perMonth }) => perMonth ?? []);
  return {
    currency: 'USD',
    region: pricedRegion,
    asOf: pricesAsOf,
    items,
    ...(known.length === items.length && { perMonth: cents(known.reduce((sum, each) => sum + each, 0)) }),
    notes: [
      ...(region === pricedRegion
        ? []
        : [`the prices are those of ${pricedRegion}; those of ${region} are others, mostly higher`]),
      ...items
        .filter(({ perMonth }) => perMonth === undefined)
        .map(({ what }) => `${what}: the table has no price for this type, and none is guessed`),
      ...(configuration.observability?.container_insights === undefined
        ? []
        : ['not in it: metrics of nodes and pods (Container Insights), which are paid for by their number']),
      ...notCounted.map((what) => `not in it: ${what}`),
    ],
  };
}

/** An hour of an instance type, US dollars; `undefined` where the table does not know it. */
export function instanceHour(type: string): number | undefined {
  const [family = '', size = ''] = type.split('.');
  const [large, units] = [largeHour[family], sizes[size]];
  return typeHour[type] ?? (large === undefined || units === undefined ? undefined : large * units);
}

function nodesOf(what: string, type: string, count: number): CostItem {
  const hour = instanceHour(type);
  const words = `${what}, ${count} × ${type}`;
  // What is not there costs nothing, whatever its type.
  return count === 0
    ? monthly(words, 0)
    : hour === undefined
      ? { what: words }
      : monthly(words, hour * count * hoursPerMonth);
}

/** The database that is made, as small as it begins. */
function databaseOf(create: DatabaseToMake | undefined): CostItem[] {
  if (create === undefined) return [];
  const { instance_class: type, storage_gib: storage, multi_az: standby } = create;
  const what = `database, ${type} with ${storage.toString()} GB of gp3${standby ? ' and a standby' : ''}`;
  const hour = databaseHour[type];
  const single = (hour ?? 0) * hoursPerMonth + storage * databaseGbMonth;
  return [hour === undefined ? { what } : monthly(what, single * (standby ? 2 : 1))];
}

const monthly = (what: string, perMonth: number): CostItem => ({ what, perMonth: cents(perMonth) });

const cents = (dollars: number): number => Math.round(dollars * 100) / 100;
