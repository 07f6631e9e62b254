import { writeFileSync } from 'node:fs';
import { minimalConfiguration } from '../../support/minimal-configuration';
import { useMoto } from '../../support/moto';
import { workflows } from '../definition';
import { faultKinds } from './kinds';
import { cannotStrike, roundsOf, sumOf, tableOf, type Cell } from './matrix';
import { Stage } from './stage';
import { runTrial } from './trial';

/**
 * Faults at every state of every workflow (docs/adr/0139-faults-at-every-state.md). A change is judged by two runs
 * of each workflow in which every state is struck; with FAULTS each state is struck by each fault in each way, as every night.
 * Where that is the name of a file, the outcomes go into it as JSON.
 */
const everyCell = process.env['FAULTS'];

// What a resync counts for an alarm goes to the output of its function.
process.env['POWERTOOLS_METRICS_DISABLED'] = 'true';

const stage = new Stage(() => moto);
const moto = useMoto({ accountId: minimalConfiguration.account_id, services: stage.account.services });
beforeAll(() => stage.open());
beforeEach(() => {
  stage.forget();
});
afterAll(() => stage.account.close());

const cells: Cell[] = [];
afterAll(() => {
  if (everyCell === undefined) return;
  process.stdout.write(`${tableOf(cells)}\n`);
  if (everyCell.endsWith('.json'))
    writeFileSync(everyCell, JSON.stringify({ sum: sumOf(cells), cells }, undefined, 1));
});

/** How far it is, where it takes long. */
function tell(line: string): void {
  if (everyCell !== undefined) process.stderr.write(`${line}\n`);
}

/** How many of the runs a change is judged by. */
const usualRounds = 2;

test.each(workflows)(
  '%s with a fault at each of its states ends as without',
  async (workflow) => {
    const { profiles } = await stage.whatIs(workflow);
    const rounds = roundsOf(profiles.values());
    const wrong: string[] = [];
    for (const struck of everyCell === undefined ? rounds.slice(0, usualRounds) : rounds) {
      const together = await runTrial(stage, workflow, struck);
      // Which of them it was: each alone.
      const isWell = together.problems.length === 0;
      tell(
        `${workflow}: ${struck.size.toString()} faults at once, ${together.problems.slice(0, 3).join('; ') || 'well'}`,
      );
      if (!isWell)
        wrong.push(`together: ${together.problems.join('; ')}, after ${together.failures.join(', ')}`);
      for (const [state, strike] of struck) {
        const alone =
          isWell || everyCell === undefined
            ? undefined
            : await runTrial(stage, workflow, new Map([[state, strike]]));
        const problems = alone?.problems ?? [];
        const failures = (alone ?? together).failures.filter((one) => one.endsWith(` at ${state}`));
        wrong.push(...problems.map((one) => `${strike.kind} at ${state}, ${strike.name}: ${one}`));
        cells.push({ workflow, state, kind: strike.kind, way: strike.name, failures, problems });
      }
    }
    for (const profile of profiles.values())
      cells.push(...faultKinds.flatMap((kind) => cannotStrike(workflow, profile, kind)));
    expect(wrong).toEqual([]);
  },
  everyCell === undefined ? 600_000 : 7_200_000,
);
