import { exportedVariables } from '../handover/build-environment';
import type { ExecutionEvent } from '../execution/execution-event';
import { mergeObservations, observationsOf, type Observation } from './observation';

/** What a task that succeeded has answered, by Lambda or CodeBuild. */
interface Answer {
  Payload?: { assumptions?: unknown } | null;
  Build?: { ExportedEnvironmentVariables?: readonly { Name?: string; Value?: string }[] };
}

/**
 * What the steps of an execution have seen of the assumptions, one for each. Works while it runs, and of one that failed.
 *
 * @param events with their data: the outputs of tasks
 */
export function observationsIn(events: readonly ExecutionEvent[]): Observation[] {
  return mergeObservations(
    events.flatMap(({ output }) => {
      const { Payload, Build } = parse(output) as Answer;
      return [
        ...observationsOf(Payload?.assumptions),
        ...(Build === undefined ? [] : ofBuild(Build.ExportedEnvironmentVariables ?? [])),
      ];
    }),
  );
}

/** A build exports what it has seen whenever it comes to its end, so that its variable is an observation by itself. */
function ofBuild(variables: readonly { Name?: string; Value?: string }[]): Observation[] {
  const exported = variables.find(({ Name }) => Name === exportedVariables.assumptions)?.Value;
  const seen = observationsOf(parse(exported));
  const elsewhere = seen.find((each) => each.elsewhere !== undefined)?.elsewhere;
  return [
    ...seen,
    {
      id: 'exported-variables',
      verdict: seen.length > 0 ? 'verified' : 'refuted',
      ...(seen.length === 0 && {
        value: `of a build's variables there came ${variables.map(({ Name = '' }) => Name).join(', ') || 'none'}`,
      }),
      ...(elsewhere !== undefined && { elsewhere }),
    },
  ];
}

function parse(text: string | undefined): unknown {
  if (text === undefined || text === '') return {};
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
