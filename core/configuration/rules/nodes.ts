import { minorOf } from '../../kubernetes-version';
import { karpenter } from '../../versions';
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
const nodesRunPipelines: Rule = ({ cpu_worker_type: type, gpu_node_group: gpu, autoscaling, kubeflow }) => {
  if (kubeflow?.components.includes('pipelines') !== true) return [];
  const families = (['general', 'gpu'] as const).flatMap((pool) =>
    (autoscaling?.[pool]?.instance_families ?? []).map(
      (family) => [`autoscaling.${pool}.instance_families`, `${family}.*`] as const,
    ),
  );
  return [
    ['cpu_worker_type', type] as const,
    ['gpu_node_group.worker_type', gpu?.worker_type] as const,
    ...families,
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

/** Karpenter itself runs on the node group: on its own nodes it could take away what it stands on. */
const autoscalerHasABase: Rule = ({ autoscaling, nodegroup_desired_size: nodes }) =>
  autoscaling === undefined || nodes !== 0
    ? []
    : [
        {
          path: 'nodegroup_desired_size',
          value: nodes,
          message: 'must be 1 or more with autoscaling: Karpenter runs on the node group',
        },
      ];

const autoscalerFitsKubernetes: Rule = ({ autoscaling, kubernetes_version: version }) => {
  const { maximum } = karpenter.kubernetes;
  if (autoscaling === undefined || version === undefined || minorOf(version) <= minorOf(maximum)) return [];
  return [
    {
      path: 'kubernetes_version',
      value: version,
      message: `must be at most ${maximum} with autoscaling: Karpenter ${karpenter.version} takes no later one`,
    },
  ];
};

const zonesAreOfTheRegion: Rule = ({ autoscaling, region }) =>
  (['general', 'gpu'] as const).flatMap((pool) =>
    (autoscaling?.[pool]?.zones ?? [])
      .filter((zone) => region !== undefined && zone.slice(0, -1) !== region)
      .map((zone) => ({
        path: `autoscaling.${pool}.zones`,
        value: zone,
        message: `must be a zone of the region ${region ?? ''}`,
      })),
  );

/** What Karpenter puts on its machines itself (Karpenter 1.12, EC2NodeClass: `spec.tags` takes none of these). */
const tagsOfKarpenter =
  /^(?:kubernetes\.io\/cluster|karpenter\.sh\/node(?:pool|claim)$|karpenter\.k8s\.aws\/ec2nodeclass$)/;

const tagsLeaveKarpenterIts: Rule = ({ autoscaling, tags = {} }) =>
  autoscaling === undefined
    ? []
    : Object.keys(tags)
        .filter((key) => tagsOfKarpenter.test(key))
        .map((key) => ({
          path: 'tags',
          value: key,
          message: 'is a tag that Karpenter sets itself: with autoscaling it can be none of yours',
        }));

/** Rules between the sizes and types of node groups and what runs on them. */
export const nodeRules: readonly Rule[] = [
  sizesAreOrdered,
  nodesRunPipelines,
  autoscalerHasABase,
  autoscalerFitsKubernetes,
  zonesAreOfTheRegion,
  tagsLeaveKarpenterIts,
];
