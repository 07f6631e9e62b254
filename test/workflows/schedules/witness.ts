import type { RegistryInMemory } from './registry-in-memory';

/** One attempt of an execution at a state. */
export interface Attempt {
  readonly executionArn: string;
  readonly workflow: string;
  readonly stateName: string;
  /** The deployment that the execution is for; undefined for a resync of all. */
  readonly deployment: string | undefined;
  /** Who had the deployment's lock last when the attempt began. */
  readonly writerThen: string | undefined;
  /** When it began, in milliseconds since the epoch. */
  readonly beganAt: number;
}

interface Lock {
  readonly executionArn: string;
  readonly at: number;
}

/**
 * Sees every change that executions make, and says which must not have been: what a schedule may never do, whatever its
 * order. What a deployment consists of is kept here, too.
 */
export class Witness {
  readonly violations: string[] = [];
  /** What there is of each deployment. */
  private readonly things = new Map<string, Set<string>>();
  /** Who got the lock of a deployment, in that order. */
  private readonly locks = new Map<string, Lock[]>();
  /** When somebody confirmed that an execution may take its deployment away. */
  private readonly confirmed = new Map<string, number>();

  constructor(
    private readonly registry: RegistryInMemory,
    private readonly now: () => number,
  ) {}

  confirm(executionArn: string): void {
    this.confirmed.set(executionArn, this.now());
  }

  hasLock(deployment: string, executionArn: string): void {
    this.locks.set(deployment, [...(this.locks.get(deployment) ?? []), { executionArn, at: this.now() }]);
  }

  /** The execution that had a deployment's lock last. */
  writer(deployment: string): string | undefined {
    return this.locks.get(deployment)?.at(-1)?.executionArn;
  }

  thingsOf(deployment: string): string[] {
    return [...(this.things.get(deployment) ?? [])].sort();
  }

  /** An execution makes or takes away a part of a deployment. */
  change(attempt: Attempt, deployment: string, action: 'make' | 'take', thing: string): void {
    this.look(attempt, deployment, `${action}s ${thing}`);
    if (action === 'take') this.lookForConfirmation(attempt, deployment);
    const things = this.things.get(deployment) ?? new Set<string>();
    this.things.set(deployment, things);
    if (action === 'make') things.add(thing);
    else things.delete(thing);
  }

  /** An execution writes a row of the registry. */
  write(attempt: Attempt, pk: string): void {
    const { deployment } = attempt;
    if (deployment === undefined) return;
    if (pk !== `deployment#${deployment}` && !pk.startsWith(`pool#eu-central-1_${deployment}`))
      this.violations.push(`${nameOf(attempt)} of ${deployment} writes ${pk}`);
  }

  /** Somebody, for a deployment, sends a request to the cluster of one. */
  request(by: string, of: string | undefined, deployment: string): void {
    if (of !== deployment) this.violations.push(`${by} of ${of ?? 'all'} asks the cluster of ${deployment}`);
  }

  private look(attempt: Attempt, deployment: string, what: string): void {
    const { executionArn } = attempt;
    if (attempt.deployment !== deployment)
      this.violations.push(`${nameOf(attempt)} of ${attempt.deployment ?? 'all'} ${what} of ${deployment}`);
    // What had begun goes on to its end (docs/adr/0013-lock-after-redrive.md).
    const holder = this.registry.text(`deployment#${deployment}`, 'lock', 'executionArn');
    const mayWrite = [holder, attempt.writerThen].includes(executionArn);
    if (!mayWrite || ![this.writer(deployment), attempt.writerThen].includes(executionArn))
      this.violations.push(`${nameOf(attempt)} ${what} while ${holder ?? 'nobody'} has the lock`);
  }

  private lookForConfirmation(attempt: Attempt, deployment: string): void {
    const at = this.confirmed.get(attempt.executionArn);
    // What had begun before another was provisioned goes on to its end.
    const since = (this.locks.get(deployment) ?? []).filter(
      (lock) =>
        lock.executionArn.includes(':kubeflow-eks-provision:') &&
        lock.at > (at ?? 0) &&
        lock.at <= attempt.beganAt,
    );
    if (at === undefined || since.length > 0)
      this.violations.push(
        `${nameOf(attempt)} takes away what nobody has confirmed since it was provisioned`,
      );
  }
}

export function nameOf({ executionArn, stateName }: Attempt): string {
  return `${executionArn.split(':').slice(-2).join(':')} at ${stateName}`;
}
