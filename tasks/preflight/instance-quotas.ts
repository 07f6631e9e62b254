import type { InstanceType } from '../../adapters/aws/ec2-instances';
import { readQuota } from '../../adapters/aws/service-quotas';
import type { TaskContext } from '../support/context';
import type { Finding } from './findings';
import { observeQuotaCode } from './observe-quota-code';

/** What the number of virtual processors depends on. */
export interface NodeCounts {
  cpu_worker_type: string;
  nodegroup_desired_size: number;
  gpu_node_group?: { worker_type: string; desired_size: number } | undefined;
}

interface Family {
  /** "Running On-Demand … instances", in virtual processors (Service Quotas, Amazon EC2). */
  code: string;
  title: string;
  has: RegExp;
}

/** The quotas of EC2 that node groups count against; of other families nothing is said here. */
export const instanceQuotas: readonly Family[] = [
  { code: 'L-DB2E81BA', title: 'G and VT', has: /^(?:g\d|vt)/ },
  { code: 'L-417A185B', title: 'P', has: /^p\d/ },
  { code: 'L-1216C47A', title: 'Standard (A, C, D, H, I, M, R, T, Z)', has: /^[acdhimrtz]\d/ },
];

/** The whole name of the quota of a family. */
function instanceQuotaName(title: string): string {
  return `Running On-Demand ${title} instances`;
}

/**
 * Node groups that the account could not have even if nothing else ran in it: of G and P instances a new account has
 * none at all. What else runs in it is not counted, so that a configuration that fits is never refused.
 *
 * @param types the configured instance types that there are
 */
export async function checkQuotas(
  context: TaskContext,
  settings: NodeCounts,
  types: ReadonlyMap<string, InstanceType>,
): Promise<Finding[]> {
  const { clients } = context;
  const groups = [
    { type: settings.cpu_worker_type, nodes: settings.nodegroup_desired_size },
    ...(settings.gpu_node_group === undefined
      ? []
      : [{ type: settings.gpu_node_group.worker_type, nodes: settings.gpu_node_group.desired_size }]),
  ].filter(({ nodes }) => nodes > 0);
  const found = await Promise.all(
    instanceQuotas.map(async ({ code, title, has }): Promise<Finding[]> => {
      const counted = groups.filter(({ type }) => has.test(type));
      const needed = counted.reduce((sum, { type, nodes }) => sum + (types.get(type)?.vcpus ?? 0) * nodes, 0);
      if (needed === 0) return [];
      const quota = await readQuota(clients, 'ec2', code);
      observeQuotaCode(context, 'instance-quota-codes', { code, name: instanceQuotaName(title), quota });
      if (typeof quota === 'string' || quota.value === undefined || needed <= quota.value) return [];
      const groupsText = counted.map(({ type, nodes }) => `${nodes} × ${type}`).join(', ');
      return [
        {
          name: 'QuotaExceeded',
          message: `${groupsText} need ${needed} virtual processors, and the account may run ${quota.value} of ${title} instances in ${clients.region}. Ask for a higher quota (aws service-quotas request-service-quota-increase --service-code ec2 --quota-code ${code} --desired-value ${needed}), or configure fewer or smaller nodes.`,
        },
      ];
    }),
  );
  return found.flat();
}
