import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isBusy, note, type Stack } from './stack-record';

/** The stacks of a region, kept in a file. */
export class StackStore {
  private readonly stacks: Stack[];
  private readonly work = new Map<string, Promise<void>>();

  /**
   * @param file where they are kept; what was under way when an earlier run ended has failed
   */
  constructor(private readonly file: string) {
    this.stacks = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Stack[]) : [];
    for (const stack of this.stacks.filter(isBusy)) {
      const [what] = stack.status.split('_') as ['CREATE' | 'UPDATE' | 'DELETE'];
      note(stack, what === 'DELETE' ? 'DELETE_FAILED' : 'CREATE_FAILED', {
        reason: 'The local region was stopped meanwhile.',
      });
    }
  }

  all(): readonly Stack[] {
    return this.stacks;
  }

  /** By name, of those that are there; by ARN, also one that has been deleted. */
  find(nameOrArn: string): Stack | undefined {
    return this.stacks.findLast(
      ({ name, id, status }) => id === nameOrArn || (name === nameOrArn && status !== 'DELETE_COMPLETE'),
    );
  }

  add(stack: Stack): void {
    this.stacks.push(stack);
    this.save();
  }

  exported(name: string): string | undefined {
    return this.present()
      .flatMap(({ outputs }) => outputs)
      .find(({ exportName }) => exportName === name)?.value;
  }

  /** A stack that uses what another one exports. */
  importerOf(stack: Stack): Stack | undefined {
    const names = stack.outputs.flatMap(({ exportName }) => exportName ?? []);
    return this.present().find(
      (other) =>
        other !== stack &&
        names.some(
          (name) => other.templateBody.includes('ImportValue') && other.templateBody.includes(`"${name}"`),
        ),
    );
  }

  /** Remembers work on a stack. */
  working(stack: Stack, work: Promise<void>): void {
    this.work.set(stack.id, work);
  }

  /** Waits until nothing is under way with a stack, or the time is over. */
  async settled(stack: Stack, timeoutMs: number): Promise<void> {
    const timer = new AbortController();
    await Promise.race([
      this.work.get(stack.id),
      delay(timeoutMs, undefined, { signal: timer.signal, ref: false }).catch(() => undefined),
    ]);
    timer.abort();
  }

  save(): void {
    const unfinished = `${this.file}.unfinished`;
    writeFileSync(unfinished, JSON.stringify(this.stacks), { mode: 0o600 });
    renameSync(unfinished, this.file);
  }

  private present(): Stack[] {
    return this.stacks.filter(({ status }) => status !== 'DELETE_COMPLETE');
  }
}
