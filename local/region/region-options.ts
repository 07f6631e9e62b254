import type { HistoryEvent } from 'step-functions-local';
import type { Progress } from '../processes/progress';
import type { Moto } from '../moto/moto';
import type { Faults } from './faults';
import type { GatewayOptions } from './gateway/gateway';

/** How a region is to be brought up. */
export interface RegionOptions {
  /** Folder of this region: bundles, logs, certificates, the clusters' data. */
  dir: string;
  accountId: string;
  region: string;
  /**
   * `virtual`: waits of the workflows pass at once (a rehearsal); `real`: they take the time that they take on AWS.
   */
  clock: 'virtual' | 'real';
  /** The named points of faults; may be changed while the region runs. */
  faults?: Faults;
  port?: number;
  /** The stack's options (`infra/options.ts`), as `cdk.context.json` has them. */
  context?: Readonly<Record<string, unknown>>;
  /** The account's AWS APIs where another region of the account has started them; without it this one starts its own. */
  moto?: Moto;
  /**
   * Whoever asks for a deployment is answered by Envoy and oauth2-proxy from the first request on, which starts them. Without
   * it a stand-in answers until they are started.
   */
  realWayIn?: boolean;
  /** Folder with a distribution of Kubeflow; without it a reduced one is made. */
  distribution?: string;
  /** What is going on, in sentences. */
  onProgress: Progress;
  /** An AWS request has come, of whomever, before it is answered. */
  onRequest?: GatewayOptions['onRequest'];
  onHistoryEvent?: (executionArn: string, event: HistoryEvent) => void;
  /** A line that a build printed. */
  onBuildLine?: (project: string, line: string) => void;
}
