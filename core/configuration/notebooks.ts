import { z } from 'zod';
import { limitProblem } from '../access/quota-limits';

/** What a GPU is called by the device plugin of its vendor (the spawner's list in kubeflow/notebooks 1.11). */
export const gpuVendors = {
  nvidia: { limitsKey: 'nvidia.com/gpu', uiName: 'NVIDIA' },
  amd: { limitsKey: 'amd.com/gpu', uiName: 'AMD' },
  gaudi: { limitsKey: 'habana.ai/gaudi', uiName: 'Intel Gaudi' },
} as const;

const quantity = (limit: string) =>
  z.string({ error: 'must be a quantity in quotes, such as "2" or "8Gi"' }).superRefine((value, context) => {
    const message = limitProblem(limit, value);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });

/** `name:tag` or with a digest, as a container runtime takes it. */
const image = z
  .string({ error: 'must be the name of a container image' })
  .regex(
    /^[a-z0-9][\w.:/-]*[a-zA-Z0-9](?::[\w.-]{1,128}|@sha256:[0-9a-f]{64})$/,
    'must be the name of a container image with its tag or digest',
  );

const culling = z.strictObject(
  {
    idle_minutes: z
      .int({ error: 'must be a whole number of minutes' })
      .min(10, 'must be 10 or more')
      .max(43_200, 'is more than a month')
      .describe('How long no kernel of a notebook has done anything until it is stopped.'),
    check_minutes: z
      .int({ error: 'must be a whole number of minutes' })
      .min(1, 'must be 1 or more')
      .max(60, 'must be 60 or less')
      .default(5)
      .describe('How often each notebook is asked.'),
  },
  { error: 'must be a map with "idle_minutes"' },
);

/** Settings of notebooks. What is left out stays as the distribution has it. */
export const notebooksSchema = z.strictObject(
  {
    culling: culling
      .optional()
      .describe(
        'Stops notebooks that nobody uses; their volumes stay, and their owners start them again. By default none is stopped.',
      ),
    images: z
      .array(image, { error: 'must be a list of container images' })
      .min(1, 'must name at least one image')
      .optional()
      .describe('JupyterLab images that the form offers, the first as default.'),
    custom_images: z
      .boolean({ error: 'must be true or false, without quotes' })
      .optional()
      .describe('Whether the form takes any other image.'),
    gpu_vendors: z
      .array(z.enum(['nvidia', 'amd', 'gaudi'], { error: 'must be nvidia, amd or gaudi' }), {
        error: 'must be a list of vendors',
      })
      .optional()
      .describe('Whose GPUs the form offers; with [] none.'),
    cpu: quantity('cpu').optional().describe('Processors that the form asks for by default.'),
    memory: quantity('memory').optional().describe('Memory that the form asks for by default.'),
    volume: quantity('requests.storage').optional().describe('Size of a new workspace volume by default.'),
  },
  { error: 'must be a map with "culling", "images" and other settings of notebooks' },
);

/** Settings of notebooks, as they are configured. */
export type NotebookSettings = z.output<typeof notebooksSchema>;
