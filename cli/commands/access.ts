import { printDocument } from '../documents/print-document';
import { exitCodes, CliError, type ExitCode } from '../exit-codes';
import type { Host } from '../host';
import { clusterOf, readAccess, registrationOf } from '../read-access';
import { accessText } from '../render/access';
import { connect, type TargetOptions } from '../target';

/** The forms in which `access` answers. */
const formats = ['table', 'csv', 'html', 'json'] as const;
type Format = (typeof formats)[number];

export interface AccessOptions extends TargetOptions {
  json?: boolean;
  format?: string;
  user?: string;
  namespace?: string;
  kubeconfig?: string;
}

/** `access NAME`: who may do what in a deployment's cluster, and why. Reads only. */
export async function access(host: Host, name: string, options: AccessOptions): Promise<ExitCode> {
  const format = formatOf(options);
  const target = await connect(host, options);
  const registration = await registrationOf(target.clients, name, target);
  const client = await clusterOf(target.clients, registration, options.kubeconfig);
  try {
    const report = await readAccess(host, target.clients, client, registration, options);
    switch (format) {
      case 'json':
        printDocument(host, 'Access', report);
        break;
      case 'csv': {
        const { accessCsv } = await import('../render/access-csv');
        host.out(accessCsv(report.rows));
        break;
      }
      case 'html': {
        const { accessPage } = await import('../report/access-page');
        host.out(accessPage(report, target, host.now()));
        break;
      }
      case 'table':
        host.out(
          accessText(report, { ...options, columns: host.columns, flags: target.flags }, host.paint.out),
        );
    }
    return exitCodes.ok;
  } finally {
    client.close();
  }
}

function formatOf({ format, json }: AccessOptions): Format {
  const wanted = format ?? (json === true ? 'json' : 'table');
  const known = formats.find((candidate) => candidate === wanted);
  if (known !== undefined && (json !== true || known === 'json')) return known;
  throw new CliError(
    known === undefined
      ? `there is no format "${wanted}"`
      : `--json and --format ${wanted} exclude each other`,
    exitCodes.badInput,
    `choose one of ${formats.join(', ')}`,
  );
}
