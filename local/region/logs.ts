import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** The region's logs: a file for each function, build and part, in one folder. */
export class Logs {
  private readonly streams = new Map<string, WriteStream>();

  /** @param dir the folder; made if it is not there */
  constructor(readonly dir: string) {
    mkdirSync(dir, { recursive: true });
  }

  /** Appends a line to the file of a name such as `functions/acquire-lock`. */
  write(name: string, line: string): void {
    let stream = this.streams.get(name);
    if (stream === undefined) {
      const file = join(this.dir, `${name}.log`);
      mkdirSync(join(file, '..'), { recursive: true });
      stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
      this.streams.set(name, stream);
    }
    stream.write(`${line}\n`);
  }

  /** Resolves when everything is on disk. */
  async close(): Promise<void> {
    await Promise.all(
      [...this.streams.values()].map((stream) => new Promise<void>((resolve) => stream.end(resolve))),
    );
    this.streams.clear();
  }
}
