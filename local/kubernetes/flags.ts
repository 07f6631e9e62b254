import { join } from 'node:path';
import { freePort, loopback } from '../processes/free-port';
import type { ParentGuard } from '../processes/child';
import { machineLabel } from './nodes/registered-node';
import type { Pki } from './pki';
import type { Program } from './control-plane-programs';

export interface Command {
  command: string;
  args: string[];
  guard: ParentGuard;
}

export interface Paths {
  etcdData: string;
  socket: string;
  auditLog: string;
  auditPolicy: string;
  accessEntries: string;
  tokens: string;
  port: string;
  adminKubeconfig: string;
  controllerManagerKubeconfig: string;
  schedulerKubeconfig: string;
  kwokKubeconfig: string;
  webhookKubeconfig: string;
}

/** Where the files of a control plane lie in its directory. */
export function pathsIn(dir: string): Paths {
  return {
    etcdData: join(dir, 'etcd'),
    socket: join(dir, 'etcd.sock'),
    auditLog: join(dir, 'audit.log'),
    auditPolicy: join(dir, 'audit-policy.yaml'),
    accessEntries: join(dir, 'access-entries.json'),
    tokens: join(dir, 'tokens.csv'),
    port: join(dir, 'port'),
    adminKubeconfig: join(dir, 'admin.kubeconfig'),
    controllerManagerKubeconfig: join(dir, 'controller-manager.kubeconfig'),
    schedulerKubeconfig: join(dir, 'scheduler.kubeconfig'),
    kwokKubeconfig: join(dir, 'kwok.kubeconfig'),
    webhookKubeconfig: join(dir, 'token-webhook.kubeconfig'),
  };
}

/** The controllers that namespaces, RBAC and garbage collection need. */
const controllers = [
  'namespace-controller',
  'serviceaccount-controller',
  'garbage-collector-controller',
  'clusterrole-aggregation-controller',
  'resourcequota-controller',
];

/** Those of workloads, volumes and nodes. What is left out wants a cloud, metrics or a network. */
const workloadControllers = [
  'deployment-controller',
  'replicaset-controller',
  'statefulset-controller',
  'daemonset-controller',
  'job-controller',
  'cronjob-controller',
  'ttl-after-finished-controller',
  'disruption-controller',
  'endpointslice-controller',
  'node-lifecycle-controller',
  'pod-garbage-collector-controller',
  'persistentvolume-binder-controller',
  'persistentvolume-protection-controller',
  'persistentvolumeclaim-protection-controller',
];

/** Of the pods that kwok runs: the range in which addresses belong to no network (RFC 6598). */
const podCidr = '100.64.0.0/16';
const podStages = join(__dirname, 'nodes', 'pod-stages.yaml');

/** Audience of tokens for the API server, on EKS too; and the issuer of a cluster that has no other. */
const apiAudience = 'https://kubernetes.default.svc';
/** The API server's log is capped by lumberjack; a mark in a rotated file would be lost. In MB. */
const auditLogLimitMb = 100_000;

/**
 * Our etcd serves on a unix socket, which nobody else on the machine can reach. Releases before 3.6 cannot, so one
 * from elsewhere gets a port, as in envtest.
 */
export async function etcdEndpoint(paths: Paths, program: Program): Promise<string> {
  return program.ours ? `unix://${paths.socket}` : `http://${loopback}:${await freePort()}`;
}

export function etcd(paths: Paths, program: Program, endpoint: string): Command {
  const args = program.ours
    ? [`--data-dir=${paths.etcdData}`, `--socket=${paths.socket}`]
    : [
        `--data-dir=${paths.etcdData}`,
        `--listen-client-urls=${endpoint}`,
        `--advertise-client-urls=${endpoint}`,
        `--listen-peer-urls=http://${loopback}:0`,
        '--unsafe-no-fsync',
      ];
  return command(program, args);
}

export interface ApiServerOptions {
  etcdEndpoint: string;
  port: number;
  webhook: boolean;
  auditLog: boolean;
  /** Address under which the cluster's tokens are issued, and `/keys` below it shows the keys. */
  issuer?: string | undefined;
}

export function apiServer(paths: Paths, pki: Pki, program: Program, options: ApiServerOptions): Command {
  return command(program, [
    `--etcd-servers=${options.etcdEndpoint}`,
    `--bind-address=${loopback}`,
    `--advertise-address=${loopback}`,
    `--secure-port=${options.port}`,
    `--tls-cert-file=${pki.serving.certificate}`,
    `--tls-private-key-file=${pki.serving.key}`,
    `--client-ca-file=${pki.ca.certificate}`,
    `--service-account-issuer=${options.issuer ?? apiAudience}`,
    `--api-audiences=${apiAudience}`,
    ...(options.issuer === undefined ? [] : [`--service-account-jwks-uri=${options.issuer}/keys`]),
    `--service-account-key-file=${pki.serviceAccounts.certificate}`,
    `--service-account-signing-key-file=${pki.serviceAccounts.key}`,
    '--authorization-mode=RBAC',
    // As on EKS ("View Amazon EKS platform versions"): a pod that asks for GPUs tolerates the taint of their nodes.
    '--enable-admission-plugins=ExtendedResourceToleration',
    // There is no node and no second API server to find the first.
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=10.100.0.0/16',
    `--token-auth-file=${paths.tokens}`,
    '--profiling=false',
    // Ends open watches at a stop; by default it waits a minute for clients that never hang up.
    '--shutdown-watch-termination-grace-period=1s',
    ...(options.webhook
      ? [
          `--authentication-token-webhook-config-file=${paths.webhookKubeconfig}`,
          '--authentication-token-webhook-version=v1',
          // Short, so that a changed access entry or a new token is seen at once.
          '--authentication-token-webhook-cache-ttl=1s',
        ]
      : []),
    ...(options.auditLog
      ? [
          `--audit-log-path=${paths.auditLog}`,
          `--audit-policy-file=${paths.auditPolicy}`,
          `--audit-log-maxsize=${auditLogLimitMb}`,
        ]
      : []),
  ]);
}

export function controllerManager(paths: Paths, pki: Pki, program: Program, workloads: boolean): Command {
  return command(program, [
    `--kubeconfig=${paths.controllerManagerKubeconfig}`,
    '--leader-elect=false',
    // No HTTP server of its own: nobody asks it.
    '--secure-port=0',
    '--use-service-account-credentials=true',
    `--service-account-private-key-file=${pki.serviceAccounts.key}`,
    `--root-ca-file=${pki.ca.certificate}`,
    `--controllers=${[...controllers, ...(workloads ? workloadControllers : [])].join(',')}`,
  ]);
}

export function scheduler(paths: Paths, program: Program): Command {
  return command(program, [
    `--kubeconfig=${paths.schedulerKubeconfig}`,
    `--authentication-kubeconfig=${paths.schedulerKubeconfig}`,
    `--authorization-kubeconfig=${paths.schedulerKubeconfig}`,
    '--leader-elect=false',
    '--secure-port=0',
  ]);
}

export function kwok(paths: Paths, program: Program): Command {
  return command(program, [
    `--kubeconfig=${paths.kwokKubeconfig}`,
    `--pod-stages=${podStages}`,
    `--node-selector=${machineLabel}`,
    `--pod-cidr=${podCidr}`,
  ]);
}

export interface TokenWebhookOptions {
  clusterName: string;
  region: string;
  partition?: string;
  stsUrl: string;
}

export function tokenWebhook(
  paths: Paths,
  pki: Pki,
  program: Program,
  options: TokenWebhookOptions,
): Command {
  return command(program, [
    `--cluster-name=${options.clusterName}`,
    `--region=${options.region}`,
    `--partition=${options.partition ?? 'aws'}`,
    `--sts-url=${options.stsUrl}`,
    `--access-entries=${paths.accessEntries}`,
    `--tls-cert-file=${pki.serving.certificate}`,
    `--tls-private-key-file=${pki.serving.key}`,
  ]);
}

function command(program: Program, args: string[]): Command {
  return {
    command: program.path,
    args: [...program.prefix, ...args],
    guard: program.ours ? 'stdin' : 'shell',
  };
}
