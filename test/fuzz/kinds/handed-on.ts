import { encodePlan } from '../../../builds/support/plan-output';
import { readInput } from '../../../builds/support/input';
import { planText } from '../../../cli/render/plan';
import { paintFor } from '../../../cli/render/paint';
import { driftOf } from '../../../core/drift';
import { readableCause } from '../../../core/execution/cause';
import { madeThings } from '../../../core/execution/console-links';
import { deploymentOf } from '../../../core/execution/deployment-of';
import { readPlan } from '../../../core/execution/read-plan';
import { parseRegistration, registrationVersion } from '../../../core/handover/registration';
import type { Plan } from '../../../core/plan';
import { createContext } from '../../../tasks/support/context';
import fc from '../../support/fast-check';
import { dryRun, loadTask } from '../../workflows/dry-run';
import { exampleConfiguration, results } from '../../workflows/samples';
import { fuzzed, type FuzzedKind } from '../kind';
import { jsonOf, mutated, mutatedText } from '../mutated';
import { registeredParts } from '../../core/handover/registered-parts';

const paint = paintFor({ isTerminal: false, env: {} });

/** What a row of the registry holds. */
const row = {
  schemaVersion: registrationVersion,
  deployment: { name: 'acme', region: 'eu-central-1', accountId: '111122223333', tags: {} },
  configuration: { eks_name: 'acme', route53_domain: 'example.com', access: { default_role: 'view' } },
  ...registeredParts,
};

/** What may stand in a plan beside what the dry run has in its own. */
const further: Plan['steps'] = [
  { state: 'A', verdict: 'create', changes: [{ action: 'create', what: 'user pool acme' }], more: 2 },
  { state: 'B', verdict: 'leave', changes: [], notes: ['one Profile has no quota'] },
  { state: 'C', verdict: 'follows', changes: [], follows: ['A'] },
  { state: 'D', verdict: 'problem', changes: [], problem: { error: 'VpcMissing', message: 'there is none' } },
];

/** What one part of the product hands to another, through services that keep it as text. */
export async function handedOnKinds(): Promise<FuzzedKind[]> {
  // Without an environment and credentials nothing can be called, and nothing touched.
  const context = createContext({ environment: {} });
  const { calls, output: planned } = await dryRun('plan', exampleConfiguration);
  const { calls: removals } = await dryRun('destroy', exampleConfiguration);
  const events = await Promise.all(
    [...calls, ...removals].map(async ({ file, payload }) => ({ task: await loadTask(file), payload })),
  );
  const plan = readPlan(JSON.stringify(planned));
  return [
    fuzzed(
      'events of tasks',
      fc.oneof(...events.map(({ task, payload }) => mutated(payload).map((event) => ({ task, event })))),
      async ({ task, event }) => {
        if (!task.spec.input.safeParse(event).success) await task.run(event, context);
      },
    ),
    fuzzed('rows of the registry', mutated(row), (document) =>
      parseRegistration(
        { name: 'acme', row: (document ?? {}) as Record<string, unknown> },
        'deployment',
        'identity',
        'cluster',
      ),
    ),
    fuzzed('variables of builds', mutatedText(JSON.stringify(results['describe-cluster'])), (text) =>
      readInput('CLUSTER', { CLUSTER: text }),
    ),
    fuzzed(
      'outputs of plans',
      fc.oneof(
        mutated({ ...plan, steps: [...plan.steps, ...further] }).map((document) => jsonOf(document)),
        mutatedText(JSON.stringify({ ...plan, steps: further })),
      ),
      (text) => {
        const read = readPlan(text);
        // The readers: the command line, the look for drift, the exported variable of a build.
        expect(planText(read, paint)).toContain(read.deployment);
        expect(['known', 'unclear']).toContain(driftOf(read).kind);
        const [first] = read.steps;
        if (first !== undefined) expect(encodePlan(first.changes, first.problem).length).toBeLessThan(20_000);
      },
    ),
    fuzzed(
      'causes of failures',
      fc.oneof(mutatedText('{"errorMessage":"no","trace":[]}'), fc.json()),
      (text) => {
        expect(typeof readableCause(text)).toBe('string');
        expect(['string', 'undefined']).toContain(typeof deploymentOf(text));
      },
    ),
    fuzzed(
      'outputs of provisionings',
      mutated({ userPoolId: 'eu-central-1_A', certificateArn: 'arn:aws:acm:eu-central-1:1:certificate/a' }),
      (output) => {
        expect(Array.isArray(madeThings(output, 'eu-central-1'))).toBe(true);
      },
    ),
  ];
}
