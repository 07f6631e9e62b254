import { messageOf } from '../../core/errors';
import { outcomeTable, type Outcome } from './kind';
import { apiAnswerKinds } from './kinds/api-answers';
import { handedOnKinds } from './kinds/handed-on';
import { kustomizeKinds } from './kinds/kustomize-trees';
import { writtenKinds } from './kinds/written';

/** For each kind of document; every night more, and told of (`npm run test:fuzz`). */
const asked = process.env['FUZZ_RUNS'];
const runs = Number(asked ?? 100);

/*
 * Whatever comes from elsewhere is answered: taken, or refused by a name that the runbook knows, within bounds of time and memory,
 * and nothing is touched meanwhile.
 */
test('documents near valid ones are answered, whatever their kind', async () => {
  const trees = await kustomizeKinds();
  const outcomes: Outcome[] = [];
  const defects: string[] = [];
  try {
    for (const kind of [
      ...(await writtenKinds()),
      ...(await handedOnKinds()),
      ...trees.kinds,
      ...apiAnswerKinds(),
    ]) {
      // One defect shall not hide those of the other kinds.
      await kind.run(runs).then(
        (outcome) => outcomes.push(outcome),
        (error: unknown) => defects.push(`${kind.kind}: ${messageOf(error)}`),
      );
    }
  } finally {
    await trees.remove();
  }
  if (asked !== undefined) process.stdout.write(`\n${outcomeTable(outcomes)}\n`);
  expect(defects).toEqual([]);
  expect(outcomes.every(({ documents }) => documents >= runs)).toBe(true);
}, 1_800_000);
