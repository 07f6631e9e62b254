/** The setting `autoscaling`: nodes that Karpenter makes for pods that wait, and takes away when they are idle. */
import { z } from 'zod';

/**
 * Families whose machines have an accelerator, by their names: what no pod has asked for would keep an expensive machine
 * busy (Amazon EC2 instance types guide, "Accelerated computing").
 */
const acceleratedFamily = /^(?:g|p|inf|trn|dl|vt|f)\d/;
/** Of these, the ones with GPUs of NVIDIA, whose device plugin the cluster gets; `g4ad` has AMD's. */
const nvidiaFamily = /^(?:g(?!4ad)|p)\d/;

const familyMessage = 'must be an instance family, such as "m7i" (the part of "m7i.large" before the dot)';

const family = z
  .string({ error: familyMessage })
  .regex(/^[a-z][a-z0-9-]*[0-9][a-z0-9-]*$/, familyMessage)
  .max(20, familyMessage);

const families = z
  .array(family, { error: 'must be a list of instance families' })
  .min(1, 'must name at least one instance family')
  .max(15, 'has more than 15 instance families');

const generalFamilies = families.refine(
  (list) => !list.some((one) => acceleratedFamily.test(one)),
  'must not have families with accelerators: name these in autoscaling.gpu',
);

const gpuFamilies = families.refine(
  (list) => list.every((one) => nvidiaFamily.test(one)),
  'must have nothing but families with GPUs of NVIDIA, such as "g5" or "p5"',
);

const capacityTypes = z
  .array(z.enum(['on-demand', 'spot'], { error: 'must be "on-demand" or "spot"' }), {
    error: 'must be a list of "on-demand" and "spot"',
  })
  .min(1, 'must have "on-demand", "spot" or both')
  .default(['on-demand'])
  .describe(
    'What EC2 is asked for; of both, the cheaper that is to be had. A Spot node that EC2 takes back is drained within its two minutes, and notebooks on it end.',
  );

const zoneMessage = 'must be an availability zone, such as "eu-central-1a"';

const zones = z
  .array(z.string({ error: zoneMessage }).regex(/^[a-z]{2}(?:-[a-z]+)+-\d[a-z]$/, zoneMessage), {
    error: 'must be a list of availability zones',
  })
  .min(1, 'must name at least one zone; leave it out for every zone of the subnets')
  .optional()
  .describe("Availability zones of its nodes; by default those of the cluster's subnets.");

const consolidationMessage = 'must be "when-empty" or "when-empty-or-underutilized"';

const consolidation = z
  .enum(['when-empty', 'when-empty-or-underutilized'], { error: consolidationMessage })
  .default('when-empty')
  .describe(
    'Which nodes go: those on which nothing runs any more, or also those whose pods fit elsewhere, which moves them, notebooks among them.',
  );

const consolidateAfter = z
  .int({ error: 'must be a whole number of minutes' })
  .min(1, 'must be 1 or more')
  .max(1440, 'is more than a day')
  .default(10)
  .describe('Minutes after which a node goes that is no longer needed.');

const limitMessage = 'must be a whole number of 1 or more';
const limit = z.int({ error: limitMessage }).min(1, limitMessage);

const generalPool = z.strictObject(
  {
    instance_families: generalFamilies
      .default(['m6i', 'm7i'])
      .describe('Of which families its machines are; Karpenter chooses the size.'),
    capacity_types: capacityTypes,
    zones,
    consolidation,
    consolidate_after_minutes: consolidateAfter,
    max_vcpus: limit.default(64).describe('Most vCPUs of all its nodes together.'),
    max_memory_gib: limit.default(256).describe('Most memory of all its nodes together, in GiB.'),
  },
  { error: 'must be a map of settings' },
);

const gpuPool = z.strictObject(
  {
    instance_families: gpuFamilies
      .default(['g5', 'g6'])
      .describe('Of which families its machines are; Karpenter chooses the size.'),
    capacity_types: capacityTypes,
    zones,
    consolidation,
    consolidate_after_minutes: consolidateAfter,
    max_gpus: limit.default(4).describe('Most GPUs of all its nodes together.'),
  },
  { error: 'must be a map of settings; {} for the defaults' },
);

const amiMessage = 'must be "latest" or a release of the EKS node images, such as "v20260415"';

export const autoscalingSchema = z.strictObject(
  {
    general: generalPool
      .prefault({})
      .describe('Nodes for everything that asks for no GPU, beside the node group.'),
    gpu: gpuPool.optional().describe('Nodes for what asks for GPUs; there is none until something does.'),
    ami_version: z
      .string({ error: amiMessage })
      .regex(/^(?:latest|v\d{8})$/, amiMessage)
      .default('latest')
      .describe(
        'Release of the Amazon Linux 2023 images of EKS for its nodes. With "latest", nodes of an older release are replaced, one in ten at a time, and notebooks on them end.',
      ),
  },
  { error: 'must be a map with "general", "gpu" and "ami_version"; {} for the defaults' },
);

/** Nodes that follow the work, as configured. */
export type Autoscaling = z.output<typeof autoscalingSchema>;
