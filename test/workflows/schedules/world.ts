import { seededRandom, type Clock, type StepFunctions } from 'step-functions-local';
import type { Logger } from '@aws-lambda-powertools/logger';
import type { AwsClients } from '../../../adapters/aws/clients';
import { ClustersInMemory, type Cluster } from './clusters-in-memory';
import { caller } from './model-aws';
import { Directory } from './people';
import { PoolsInMemory } from './pools-in-memory';
import { RegistryInMemory } from './registry-in-memory';
import type { Story } from './stories';
import { Witness } from './witness';

/** Longest that a call of AWS takes, in milliseconds. */
export const longestCall = 3_000;
/** Longest that a request to a cluster takes, in milliseconds. */
const longestRequest = 300;
/** Longer than the profile manager waits for one answer, in milliseconds. */
const hang = 10_000;

/** What stays from story to story. */
export interface Stage {
  readonly clock: Clock;
  readonly service: StepFunctions;
  readonly clients: AwsClients;
  readonly logger: Logger;
}

/** The account of one story, with all that is in it; nothing is there at its beginning. */
export class World {
  readonly registry = new RegistryInMemory();
  readonly directory = new Directory();
  readonly pools: PoolsInMemory;
  readonly clusters: ClustersInMemory;
  readonly witness: Witness;
  readonly executions: string[] = [];
  /** Faults strike no more. */
  calm = false;
  private readonly underWay = new Set<Promise<unknown>>();
  private readonly random: () => number;
  private requests = 0;

  constructor(
    readonly stage: Stage,
    readonly story: Story,
  ) {
    const now = (): number => stage.clock.now();
    this.random = seededRandom(story.seed);
    for (const [person, groups] of story.members.entries()) this.directory.move(person, groups);
    this.pools = new PoolsInMemory(now);
    this.witness = new Witness(this.registry, now);
    this.clusters = new ClustersInMemory({
      now,
      random: () => this.random(),
      pass: (ms) => this.pass(ms),
      has: (deployment, thing) => this.witness.thingsOf(deployment).includes(thing),
      before: (cluster) => this.beforeRequest(cluster),
    });
  }

  chance(): number {
    return this.random();
  }

  /** Milliseconds of the clock. */
  pass(ms: number): Promise<void> {
    return new Promise((resolve) => this.stage.clock.schedule(ms, resolve));
  }

  /** Up to so many milliseconds of the clock. */
  passUpTo(ms: number): Promise<void> {
    return this.pass(this.random() * ms);
  }

  /** Work that {@link rest} waits for. @returns ends the wait for it, for work that was killed and so never ends */
  begin(work: Promise<unknown>): () => void {
    const over = Promise.withResolvers<undefined>();
    const end = (): void => {
      this.underWay.delete(over.promise);
      over.resolve(undefined);
    };
    work.then(end, end);
    this.underWay.add(over.promise);
    return end;
  }

  /** Until no execution runs, nobody logs in, and no function runs that an execution has left behind. */
  async rest(): Promise<void> {
    for (let done = 0; done < this.executions.length || this.underWay.size > 0;) {
      done = this.executions.length;
      for (const arn of this.executions) await this.stage.service.whenEnded(arn);
      while (this.underWay.size > 0) await Promise.allSettled(this.underWay);
    }
  }

  /** A part of a deployment has come to be, or has gone. */
  changed(deployment: string, action: 'make' | 'take', thing: string): void {
    const of = { cluster: this.clusters, 'ensure-user-pool': this.pools }[thing];
    if (action === 'make') of?.make(deployment);
    else of?.delete(deployment);
  }

  private async beforeRequest({ deployment }: Cluster): Promise<'answers' | 'fails' | 'loses the answer'> {
    const by = caller.getStore();
    this.witness.request(by?.name ?? 'nobody', by?.deployment, deployment);
    const fault = this.calm
      ? undefined
      : this.story.clusterFaults.find(
          ({ request, requests }) => this.requests >= request && this.requests < request + requests,
        );
    this.requests += 1;
    await by?.before();
    await this.passUpTo(fault?.kind === 'hangs' ? hang : longestRequest);
    return fault === undefined || fault.kind === 'hangs' ? 'answers' : fault.kind;
  }
}
