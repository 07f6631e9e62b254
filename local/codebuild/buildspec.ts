import { parse } from 'yaml';
import { z } from 'zod';

/** The phases of a build specification, in order (CodeBuild user guide, "Build specification reference"). */
export const phaseNames = ['install', 'pre_build', 'build', 'post_build'] as const;

export type PhaseName = (typeof phaseNames)[number];

const commands = z.array(z.string()).default([]);

const phase = z.strictObject({
  'runtime-versions': z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  'on-failure': z.enum(['ABORT', 'CONTINUE']).optional(),
  commands,
  finally: commands,
});

const buildspecSchema = z.strictObject({
  version: z.union([z.literal(0.2), z.literal('0.2')]),
  env: z
    .strictObject({
      shell: z.literal('bash').optional(),
      variables: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
      'exported-variables': z.array(z.string()).default([]),
    })
    .prefault({}),
  phases: z.strictObject(
    Object.fromEntries(phaseNames.map((name) => [name, phase.optional()])) as Record<
      PhaseName,
      z.ZodOptional<typeof phase>
    >,
  ),
});

/** What of a build specification is run here. */
export type Buildspec = z.output<typeof buildspecSchema>;

/**
 * Reads a build specification of version 0.2.
 *
 * @throws Error for a part that CodeBuild knows and this runner does not (artifacts, cache, parameter store): it would
 * otherwise seem to work
 */
export function parseBuildspec(yaml: string): Buildspec {
  const result = buildspecSchema.safeParse(parse(yaml));
  if (result.success) return result.data;
  throw new Error(
    `the local CodeBuild cannot run this build specification: ${z.prettifyError(result.error)}`,
  );
}
