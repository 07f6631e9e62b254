import { isDeepStrictEqual } from 'node:util';
import type { ExecutionRecord } from 'step-functions-local';
import type { AwsClients } from '../../../adapters/aws/clients';
import { detailTypes, type Workflow } from '../../../core/naming';
import type { Plan } from '../../../core/plan';
import { makeTempDir } from '../../../local/processes/temp-dir';
import type { Around } from '../account-in-moto';
import { accountState, differences } from './account-state';
import { afterFailure, afterSuccess } from './judge';
import type { Variant } from './kinds';
import { outcomeOf, outputOf, type Scene, type Stage } from './stage';
import type { Strike } from './strikes';
import { struckClients } from './struck-clients';

/** How a trial ended. */
export interface Outcome {
  /** The errors that executions failed with before the operator went on, with the states. */
  readonly failures: readonly string[];
  /** What is wrong; nothing where the workflow came to the end that it comes to without the fault. */
  readonly problems: readonly string[];
}

/** What tells of the end of a workflow. */
const announcements: Readonly<Record<Workflow, string | undefined>> = {
  provision: detailTypes.provisioned,
  destroy: detailTypes.destroyed,
  resync: detailTypes.resynced,
  plan: undefined,
};

/**
 * Runs a workflow with faults at some of its states. Step Functions retries what its policies say; where an execution fails
 * all the same, the failure is recorded, the operator mends the cause and goes on as he is advised.
 *
 * @param variants the faults by the names of the states that they strike
 */
export async function runTrial(
  stage: Stage,
  workflow: Workflow,
  variants: ReadonlyMap<string, Variant>,
): Promise<Outcome> {
  const undisturbed = await stage.whatIs(workflow);
  const scene = await stage.begin(workflow);
  const { account, clients } = stage;
  account.published = [];
  const faults = new Faults(stage, variants);
  const failures: string[] = [];
  const problems: string[] = [];
  try {
    await faults.begin();
    let ended = await account.run(workflow, scene.input);
    while (failures.length <= variants.size) {
      if (ended.status === 'SUCCEEDED') {
        // What is in the way of a plan is in its answer: the operator mends it, and plans again.
        if (workflow !== 'plan' || !hasProblem(ended) || !faults.mend('')) break;
        failures.push('a problem in the plan');
        ended = await account.run(workflow, scene.input);
        continue;
      }
      const failure = await afterFailure(account, clients, ended);
      failures.push(`${failure.error} at ${failure.state}`);
      problems.push(...failure.problems);
      if (variants.get(failure.state)?.byItself)
        problems.push(`the fault at ${failure.state} passes, and the execution failed with ${failure.error}`);
      if (!faults.mend(failure.state)) break;
      await faults.quiet();
      ended =
        failure.continuation === 'start'
          ? await account.run(workflow, scene.input)
          : await account.redrive(ended);
    }
    problems.push(...(await problemsOf(stage, workflow, scene, ended, undisturbed)));
    problems.push(...faults.unmet().map((state) => `nothing struck ${state}`));
  } finally {
    await faults.end();
  }
  if (problems.length === 0) stage.stands(workflow, scene);
  return { failures, problems };
}

function hasProblem(ended: ExecutionRecord): boolean {
  const { summary } = outputOf(ended) as Pick<Plan, 'summary'>;
  return summary.problem > 0;
}

async function problemsOf(
  { account, clients }: Stage,
  workflow: Workflow,
  { prepared }: Scene,
  ended: ExecutionRecord,
  undisturbed: { readonly state: readonly string[]; readonly output: unknown },
): Promise<string[]> {
  if (ended.status !== 'SUCCEEDED') return [`it ended as ${outcomeOf(ended)}`];
  const announced = announcements[workflow];
  return [
    ...differences(await accountState(account, clients, prepared), undisturbed.state),
    ...(await afterSuccess(clients, ended)),
    ...(announced === undefined || account.published.includes(announced)
      ? []
      : [`no ${announced} was published`]),
    ...(workflow !== 'plan' || isDeepStrictEqual(outputOf(ended), undisturbed.output)
      ? []
      : ['the plan is another']),
  ];
}

/** The faults of one trial. */
class Faults {
  private readonly strikes = new Map<string, Strike>();
  private readonly met = new Set<string>();
  private readonly mended = new Set<string>();
  private readonly underWay = new Set<Promise<unknown>>();
  private directory: Awaited<ReturnType<typeof makeTempDir>> | undefined;
  /** Where Step Functions may end: its functions end with it, so their clients do. */
  private generation: { clients: AwsClients; over: boolean } | undefined;

  constructor(
    private readonly stage: Stage,
    private readonly variants: ReadonlyMap<string, Variant>,
  ) {}

  async begin(): Promise<void> {
    const { account, endpoint } = this.stage;
    if ([...this.variants.values()].some(({ restarts }) => restarts)) {
      this.directory = await makeTempDir('kubeflow-eks-faults-');
      account.keepIn(this.directory.path);
      this.generation = this.newGeneration();
    }
    for (const [state, { strike }] of this.variants)
      this.strikes.set(state, strike({ endpoint, restart: this.restart }));
    account.around = this.around;
  }

  /** @returns whether there was anything to mend at the state, or anywhere where a state has collected it */
  mend(state: string): boolean {
    const states = this.strikes.has(state) ? [state] : [...this.met];
    const left = states.filter((one) => !this.mended.has(one));
    for (const one of left) {
      this.mended.add(one);
      this.strikes.get(one)?.mend();
    }
    return left.length > 0;
  }

  /**
   * Until no function runs any more that was under way when the execution failed: Step Functions gives up what is beside a
   * failed branch and does not end it, and an operator needs longer than a function.
   */
  async quiet(): Promise<void> {
    while (this.underWay.size > 0) await Promise.allSettled(this.underWay);
  }

  unmet(): string[] {
    return [...this.strikes.keys()].filter((state) => !this.met.has(state));
  }

  async end(): Promise<void> {
    const { account } = this.stage;
    account.around = (_, work) => work();
    if (this.directory === undefined) return;
    account.keepIn(undefined);
    this.generation?.clients.destroy();
    await this.directory.remove();
  }

  private readonly around: Around = (request, work) => {
    const { generation } = this;
    const within: typeof work = (how) => work({ ...(generation && { clients: generation.clients }), ...how });
    const strike = this.strikes.get(request.stateName);
    if (strike !== undefined) this.met.add(request.stateName);
    const done = strike === undefined ? within() : strike.around(request, within);
    const noted = done.finally(() => this.underWay.delete(noted));
    // Where Step Functions has just ended, this ended with it.
    if (generation === this.generation) this.underWay.add(noted);
    return noted;
  };

  private newGeneration(): { clients: AwsClients; over: boolean } {
    const life = { over: false };
    const clients = struckClients(this.stage.endpoint, 'calls', (_, send) =>
      life.over ? new Promise<never>(() => undefined) : send(),
    );
    return Object.assign(life, { clients });
  }

  private readonly restart = (): void => {
    if (this.generation !== undefined) this.generation.over = true;
    this.underWay.clear();
    this.generation = this.newGeneration();
    this.stage.account.restart(this.directory?.path ?? '');
  };
}
