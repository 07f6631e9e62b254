import type { Problem } from '../problems';
import type { Rule } from './rule';

const sizesAreOrdered: Rule = (document) => [
  ...orderedSizes(
    '',
    document.nodegroup_min_size,
    document.nodegroup_desired_size,
    document.nodegroup_max_size,
    'nodegroup_',
  ),
  ...(document.gpu_node_group === undefined
    ? []
    : orderedSizes(
        'gpu_node_group.',
        document.gpu_node_group.min_size,
        document.gpu_node_group.desired_size,
        document.gpu_node_group.max_size,
        '',
      )),
];

function orderedSizes(
  parent: string,
  minimum: number | undefined,
  desired: number | undefined,
  maximum: number | undefined,
  prefix: string,
): Problem[] {
  const problems: Problem[] = [];
  const path = (size: string): string => `${parent}${prefix}${size}_size`;
  if (maximum === 0) {
    problems.push({ path: path('max'), value: maximum, message: 'must be 1 or more: EKS asks for it' });
  }
  if (minimum !== undefined && maximum !== undefined && minimum > maximum) {
    problems.push({
      path: path('min'),
      value: minimum,
      message: `must be at most ${path('max')} (${maximum})`,
    });
  }
  if (desired !== undefined && minimum !== undefined && desired < minimum) {
    problems.push({
      path: path('desired'),
      value: desired,
      message: `must be at least ${path('min')} (${minimum})`,
    });
  }
  if (desired !== undefined && maximum !== undefined && desired > maximum) {
    problems.push({
      path: path('desired'),
      value: desired,
      message: `must be at most ${path('max')} (${maximum})`,
    });
  }
  return problems;
}

/**
 * Instance families of Arm processors by their names: `a1`, and a `g` among the letters after the generation (`m7g`,
 * `c6gn`, `g5g`, but neither `g5` nor `g6`). Amazon EC2 instance types guide, "Naming conventions".
 */
const armFamily = /^(?:a1|[a-z]+\d+g[a-z]*)\./;

/** Kubeflow Pipelines publishes its images for amd64 alone (kubeflow/pipelines issues 12705 and 13957). */
const nodesRunPipelines: Rule = ({ cpu_worker_type: type, gpu_node_group: gpu, kubeflow }) => {
  if (kubeflow?.components.includes('pipelines') !== true) return [];
  return [
    ['cpu_worker_type', type] as const,
    ['gpu_node_group.worker_type', gpu?.worker_type] as const,
  ].flatMap(([path, value]) =>
    value === undefined || !armFamily.test(value)
      ? []
      : [
          {
            path,
            value,
            message:
              'is an Arm instance type, for which Kubeflow Pipelines has no images; choose one of the x86_64 ' +
              'architecture (m7i.large for m7g.large, say), or leave pipelines out of kubeflow.components',
          },
        ],
  );
};

/** Rules between the sizes and types of node groups and what runs on them. */
export const nodeRules: readonly Rule[] = [sizesAreOrdered, nodesRunPipelines];
