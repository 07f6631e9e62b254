import { createHash } from 'node:crypto';
import type { Definition } from '../definition/types';
import { ApiError } from './errors';

export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly type: 'STANDARD';
  readonly creationDate: number;
  updateDate?: number;
  revisionId: string;
  roleArn: string;
  definition: string;
  loggingConfiguration: unknown;
  tracingConfiguration: unknown;
  tags: Record<string, string>;
}

/** The state machines of the region, by ARN. */
export class StateMachines {
  private readonly machines = new Map<string, StateMachine>();
  private readonly parsed = new Map<string, Definition>();

  constructor(private readonly save: (machines: readonly StateMachine[]) => void) {}

  load(machines: readonly StateMachine[]): void {
    for (const machine of machines) this.machines.set(machine.arn, machine);
  }

  put(machine: StateMachine): void {
    this.machines.set(machine.arn, machine);
    this.save(this.all());
  }

  delete(arn: string): void {
    if (this.machines.delete(arn)) this.save(this.all());
  }

  find(arn: string): StateMachine | undefined {
    return this.machines.get(arn);
  }

  /** @throws ApiError StateMachineDoesNotExist */
  get(arn: string): StateMachine {
    const machine = this.machines.get(arn);
    if (machine === undefined) {
      throw new ApiError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    }
    return machine;
  }

  all(): StateMachine[] {
    return [...this.machines.values()];
  }

  /** A parsed definition; equal texts share one. */
  parse(text: string): Definition {
    const key = createHash('sha1').update(text).digest('base64');
    let definition = this.parsed.get(key);
    if (definition === undefined) {
      if (this.parsed.size >= mostParsed) this.parsed.clear();
      definition = JSON.parse(text) as Definition;
      this.parsed.set(key, definition);
    }
    return definition;
  }
}

const mostParsed = 1000;
