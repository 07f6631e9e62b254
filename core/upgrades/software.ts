import { z } from 'zod';
import { kubeflowDistribution } from '../versions';

/** Which Kubeflow it is: the release, as far as it is known, and the digest of all that is installed. */
export interface KubeflowSoftware {
  /** Unknown where somebody's own source has no version beside it. */
  readonly version: string | null;
  /** The commit of the distribution, or the SHA-256 of its archive. */
  readonly source: string;
}

/** {@link KubeflowSoftware} in a registration. */
export const kubeflowSoftwareSchema = z.object({ version: z.string().nullable(), source: z.string() });

/** What of a configuration says which Kubeflow is wanted. */
const configuredKubeflow = z.looseObject({
  version: z.string().optional(),
  source: z
    .looseObject({
      git: z.looseObject({ commit: z.string() }).optional(),
      archive: z.looseObject({ sha256: z.string() }).optional(),
    })
    .optional(),
});

/**
 * The Kubeflow that a configuration means: what it names, or what this release brings.
 *
 * @param kubeflow the key of that name of a configuration
 */
export function kubeflowOf(kubeflow: unknown): KubeflowSoftware {
  const { version, source } = configuredKubeflow.catch({}).parse(kubeflow ?? {});
  const named = source?.git?.commit ?? source?.archive?.sha256;
  if (named !== undefined) return { version: version ?? null, source: named };
  return {
    version: version ?? kubeflowDistribution.version,
    source: kubeflowDistribution.git.commit,
  };
}

/** What of a deployment has versions: `undefined` where it is not known. */
export interface Software {
  /** Minor version of the cluster. */
  readonly kubernetes?: string | undefined;
  readonly kubeflow?: KubeflowSoftware | undefined;
}

/** From one version to another. */
export interface VersionChange {
  readonly of: 'Kubernetes' | 'Kubeflow';
  /** `null` where it is not known. */
  readonly from: string | null;
  readonly to: string | null;
}

/** As much of a digest as tells two apart. */
const shortDigest = (digest: string): string => digest.slice(0, 12);

const named = ({ version, source }: KubeflowSoftware): string => version ?? shortDigest(source);

/** Two releases differ by their versions, two sources of one version by their digests. */
function change(from: KubeflowSoftware, to: KubeflowSoftware): VersionChange {
  if (from.version !== to.version) return { of: 'Kubeflow', from: named(from), to: named(to) };
  const both = (one: KubeflowSoftware): string =>
    one.version === null ? shortDigest(one.source) : `${one.version} (${shortDigest(one.source)})`;
  return { of: 'Kubeflow', from: both(from), to: both(to) };
}

/**
 * What changes its version between what a deployment has and what is wanted of it.
 *
 * @param has nothing of what was never installed
 */
export function versionChanges(has: Software, wanted: Required<Software>): VersionChange[] {
  const { kubernetes, kubeflow } = has;
  const changes: VersionChange[] = [];
  if (kubernetes !== undefined && kubernetes !== wanted.kubernetes)
    changes.push({ of: 'Kubernetes', from: kubernetes, to: wanted.kubernetes ?? null });
  if (kubeflow !== undefined && wanted.kubeflow !== undefined && kubeflow.source !== wanted.kubeflow.source)
    changes.push(change(kubeflow, wanted.kubeflow));
  return changes;
}

/** A change in words: `Kubernetes 1.34 → 1.35`. */
export const inWords = ({ of, from, to }: VersionChange): string =>
  `${of} ${from ?? 'of a version that is not known'} → ${to ?? 'of a version that is not known'}`;
