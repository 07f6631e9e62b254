import type { Progress } from '../processes/progress';
import type { AccessEntry } from './access-entries';
import type { AuditLog } from './audit';
import type { KubeClient } from './kube-client';
import type { KubectlOptions, KubectlResult } from './kubectl';

export interface ControlPlaneOptions {
  /** Data, certificates and logs; kept by {@link ControlPlane.stop}, so that the cluster can come up again. */
  dir: string;
  /** EKS tokens must have been signed for this name. */
  clusterName: string;
  /** Without it no EKS token is accepted. */
  eksTokens?: {
    region: string;
    /** Base URL of the loopback STS, which the webhook calls for every STS host: http://127.0.0.1:PORT */
    stsUrl: string;
    partition?: string;
    accessEntries?: readonly AccessEntry[];
  };
  /**
   * The controllers of workloads and volumes, the scheduler and kwok beside the rest: for a cluster that gets nodes. Without
   * them nothing is scheduled and no container seems to run.
   */
  workloads?: boolean;
  /** `https://…`: the issuer of service accounts' tokens, whose keys somebody serves at `/keys` below it. */
  serviceAccountIssuer?: string;
  /** Keep an audit log, which counts requests; true by default. */
  auditLog?: boolean;
  /** The programs' own output, line by line. */
  onLine?: (component: string, line: string) => void;
  /** Called when one of the programs ends by itself, with its last lines. */
  onFailure?: (error: Error) => void;
  /** What is going on, in sentences; the first start of a machine builds for minutes. */
  onProgress?: Progress;
  /** Gives up while the programs are being built. */
  signal?: AbortSignal;
}

export interface ControlPlane {
  /** https://127.0.0.1:PORT; the same port again after a restart if it is still free. */
  readonly endpoint: string;
  readonly caPem: string;
  readonly clusterName: string;
  /** Of a member of system:masters. */
  readonly adminKubeconfigPath: string;
  /** Bearer token of the same; may impersonate anybody (headers Impersonate-User, Impersonate-Group). */
  readonly adminToken: string;
  /** A keep-alive client of the administrator. */
  readonly client: KubeClient;
  readonly audit: AuditLog;
  /** Process ids, of the parts that run. */
  readonly pids: Readonly<Record<string, number>>;
  /** Runs the real kubectl. @throws Error on another exit code than 0, unless allowFailure. */
  readonly kubectl: (args: readonly string[], options?: KubectlOptions) => Promise<KubectlResult>;
  /** Replaces the cluster's access entries; holds from the next token review on (the API server caches one for 10 s). */
  readonly setAccessEntries: (entries: readonly AccessEntry[]) => Promise<void>;
  /** Stops everything in order and resolves when all processes have ended. May be called twice. */
  readonly stop: () => Promise<void>;
}
