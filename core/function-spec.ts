import type { Permission } from './permissions';

/** How a function of the stack is deployed: every folder of `tasks/` and `lambda/` says it in its `deployment.ts`. */
export interface FunctionSpec {
  readonly description: string;
  /** The function's own timeout, in seconds; 60 by default. */
  readonly timeoutSeconds?: number;
  /** Memory, in MB, 256 by default. Lambda gives CPU in proportion: 1,769 MB is one full core. */
  readonly memoryMb?: number;
  /**
   * Where the function must be able to reach: a cluster's API server (or an internal load balancer) may answer inside
   * its VPC only. Such functions are put there when the stack is given one.
   */
  readonly reaches?: 'cluster';
  /**
   * What it may do beyond its own log stream and traces. A test holds it against the calls in the function's bundle,
   * both ways: nothing is missing, nothing is left over (docs/adr/0022).
   */
  readonly permissions: readonly Permission[];
}

/** The functions of a folder, by the name of their file. */
export type FunctionSpecs = Readonly<Record<string, FunctionSpec>>;
