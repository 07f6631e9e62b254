/**
 * Stands in for helm in the local region. The one chart that the builds install is that of the load balancer controller,
 * for which the region has a stand-in: what is asked for is said and remembered in the cluster, and nothing is
 * installed. It refuses whatever else it is asked.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { defined } from '../../../core/defined';

interface Release {
  name: string;
  namespace: string;
  chart: string;
  status: 'deployed';
  values: unknown;
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    namespace: { type: 'string', default: 'default' },
    kubeconfig: { type: 'string' },
    values: { type: 'string' },
    filter: { type: 'string' },
    all: { type: 'boolean' },
    output: { type: 'string' },
    timeout: { type: 'string' },
    install: { type: 'boolean' },
    wait: { type: 'boolean' },
  },
});

function kubectl(args: readonly string[], input?: string): string {
  const access = flags.kubeconfig === undefined ? [] : ['--kubeconfig', flags.kubeconfig];
  return execFileSync('kubectl', [...access, '--namespace', flags.namespace, ...args], {
    encoding: 'utf8',
    ...defined({ input }),
  });
}

/** What the chart brings that the builds look for. */
const ingressClass = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'alb' },
  spec: { controller: 'ingress.k8s.aws/alb' },
};

const recordOf = (release: string): string => `helm-stand-in-${release}`;

function find(release: string): Release | undefined {
  const record = kubectl(['get', 'configmap', recordOf(release), '--ignore-not-found', '--output', 'json']);
  if (record.trim() === '') return undefined;
  return JSON.parse((JSON.parse(record) as { data: { release: string } }).data.release) as Release;
}

function main(): void {
  const [command, subject = '', third = ''] = positionals;
  const release = (): Release | undefined =>
    find(command === 'list' ? (flags.filter ?? '').replace(/[\^$]/g, '') : third);
  switch (`${command ?? ''} ${['get', 'show'].includes(command ?? '') ? subject : ''}`.trim()) {
    case 'version':
      process.stdout.write('[stand-in helm] v3.18.4\n');
      return;
    case 'list':
      process.stdout.write(
        JSON.stringify(
          [release()].flatMap((found) => (found === undefined ? [] : [{ ...found, values: undefined }])),
        ),
      );
      return;
    case 'get values':
      process.stdout.write(JSON.stringify(release()?.values ?? null));
      return;
    case 'show crds':
      return;
    case 'upgrade':
      upgrade(subject, third);
      return;
    case 'uninstall':
      kubectl(['delete', 'configmap', recordOf(subject), '--ignore-not-found']);
      process.stdout.write(`[stand-in helm] ${subject} is uninstalled\n`);
      return;
    default:
      throw new Error(`the local region's helm does not know "helm ${positionals.join(' ')}"`);
  }
}

function upgrade(name: string, chart: string): void {
  const release: Release = {
    name,
    namespace: flags.namespace,
    chart: basename(chart, '.tgz'),
    status: 'deployed',
    values: flags.values === undefined ? {} : JSON.parse(readFileSync(flags.values, 'utf8')),
  };
  const record = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: recordOf(name), namespace: flags.namespace },
    data: { release: JSON.stringify(release) },
  };
  const list = { apiVersion: 'v1', kind: 'List', items: [record, ingressClass] };
  kubectl(['apply', '--server-side', '--filename', '-'], JSON.stringify(list));
  process.stdout.write(
    `[stand-in helm] ${release.chart} counts as installed: the local region has a load balancer controller of its own\n`,
  );
}

try {
  main();
} catch (error) {
  process.stderr.write(`Error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
