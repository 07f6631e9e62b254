/** One folder of the distribution that the installer renders. */
export interface Part {
  path: string;
  /** Where its workloads are, and whether the folder makes that namespace. */
  namespace?: { name: string; made: boolean };
  /** Names of its workloads. */
  deployments?: readonly string[];
  /** A file of `local/kubernetes/crds` that it brings. */
  definitions?: string;
  /** Secrets whose values everybody can read, as the distribution has them, by name: an installation replaces them. */
  secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Names of its volumes. */
  volumes?: readonly string[];
  /** Anything else. */
  objects?: readonly object[];
}
