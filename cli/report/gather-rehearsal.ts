import type { Region } from '../../local/region';
import { operatorClients } from '../../local/rehearsal';
import type { RehearsalResult } from '../../local/rehearsal/result';
import type { Host } from '../host';
import type { Target } from '../target';
import { gatherReport } from './gather-report';
import type { Finding, ReportModel } from './report-model';

/**
 * Reads the report of a rehearsal from its region, while that is up: as of any other execution, with what only a rehearsal
 * knows, the sample users' logins, calls that IAM refused, and how the pods fit on the nodes.
 */
export async function gatherOfRehearsal(
  host: Host,
  region: Region,
  { executionArn, logins, refusals, room }: RehearsalResult,
): Promise<ReportModel> {
  const clients = operatorClients(region);
  const { region: name, accountId } = region.options;
  const target: Target = { clients, region: name, accountId, local: true, flags: '' };
  try {
    const model = await gatherReport(host, target, executionArn, { isRehearsal: true });
    return {
      ...model,
      findings: [
        ...model.findings,
        ...logins
          .filter(({ outcome }) => outcome !== 'allowed')
          .map(({ user, outcome }): Finding => ({
            severity: 'failure',
            what: `${user} cannot log in`,
            detail: outcome,
          })),
        ...refusals.map(({ role, action, resource }): Finding => ({
          severity: 'failure',
          what: `IAM refused ${action} to ${role}`,
          detail: resource,
        })),
      ],
      ...(room !== undefined && { room }),
    };
  } finally {
    clients.destroy();
  }
}
