import type { RecordedDrift } from '../../adapters/aws/registry-drift';
import { countDifferences } from '../../core/drift';
import {
  assumptionLines,
  observationText,
  refutedOnAws,
  type Observation,
} from '../../core/assumptions/observation';
import type { Plan } from '../../core/plan';
import type { AccessReport } from '../read-access';
import type { Finding } from './report-model';

/** What is odd about who may do what. */
export function accessFindings(report: AccessReport): Finding[] {
  const { rows, refused, sharedEmails, withoutQuota, quotaToChange, quotaKept } = report;
  const foreign = rows.filter(({ source }) => source === 'contributor' || source === 'other');
  const stale = rows.filter((row) => row.stale);
  return [
    ...listed(
      'warning',
      foreign,
      (count) => `${count} not given by the directory: nobody here takes them away`,
      'access',
    ),
    ...listed(
      'note',
      stale,
      (count) => `${count} that the directory asks for no more: the next resync takes them away`,
      'access',
    ),
    ...sharedEmails.map(({ email, userNames }): Finding => ({
      severity: 'warning',
      what: `${email} is the e-mail of several users, who get only what all of them are granted`,
      detail: userNames.join(', '),
    })),
    ...(withoutQuota.length === 0
      ? []
      : [
          {
            severity: 'note' as const,
            what: `${withoutQuota.length} namespaces without a quota (access.default_quota)`,
            detail: withoutQuota.join(', '),
          },
        ]),
    ...(quotaToChange.length === 0
      ? []
      : [
          {
            severity: 'note' as const,
            what: `${quotaToChange.length} namespaces whose quota the next resync changes`,
            detail: quotaToChange.join(', '),
          },
        ]),
    ...(quotaKept.length === 0
      ? []
      : [
          {
            severity: 'note' as const,
            what: `${quotaKept.length} namespaces keep another quota than access.namespaces says`,
            detail: quotaKept.join(', '),
          },
        ]),
    ...refused.map(({ group, namespace, message }): Finding => ({
      severity: 'note',
      what: `asked for and not given: ${group ?? namespace ?? ''}`,
      detail: message,
    })),
  ];
}

/** So many are named; the matrix has all. */
const named = 20;

function listed(
  severity: Finding['severity'],
  rows: AccessReport['rows'],
  what: (count: string) => string,
  thing: string,
): Finding[] {
  if (rows.length === 0) return [];
  const lines = rows
    .slice(0, named)
    .map(({ subject, namespace, role }) => `${subject}: ${role} in ${namespace}`);
  return [
    {
      severity,
      what: what(`${rows.length} ${thing}${rows.length === 1 ? '' : 'es'}`),
      detail: [...lines, ...(rows.length > named ? [`and ${rows.length - named} more`] : [])].join('\n'),
    },
  ];
}

/** What the steps have seen of what is assumed of AWS: each that does not hold, and the others in one. */
export function assumptionFindings(observations: readonly Observation[]): Finding[] {
  const refuted = refutedOnAws(observations);
  const [summary] = assumptionLines(observations);
  if (summary === undefined) return [];
  return [
    ...refuted.map((each): Finding => ({
      severity: 'warning',
      what: `what is assumed of AWS does not hold: ${each.id}`,
      detail: observationText(each),
    })),
    { severity: 'note', what: summary, detail: observations.map(observationText).join('\n') },
  ];
}

/** What stood in the way of a plan. */
export function planFindings({ steps }: Plan): Finding[] {
  return steps.flatMap(({ state, problem }) =>
    problem === undefined
      ? []
      : [{ severity: 'failure' as const, what: `${state}: ${problem.error}`, detail: problem.message }],
  );
}

/** What a deployment is not as it was provisioned in, by the last look for drift. */
export function driftFindings(
  deployment: string,
  drift: RecordedDrift | undefined,
  flags: string,
): Finding[] {
  if (drift === undefined || drift.changes === 0) return [];
  return [
    {
      severity: 'warning',
      what: `not as it was provisioned: ${countDifferences(drift.changes)}`,
      detail: `${drift.since === undefined ? '' : `since ${drift.since}, `}last compared ${drift.comparedAt ?? 'never'}; what differs: kubeflow-eks plan ${deployment}${flags}`,
    },
  ];
}
