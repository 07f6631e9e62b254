import { randomInt } from 'node:crypto';

/**
 * Addresses for what would be pods: of a range of loopback, all of which is this machine's own on Linux, so that each of
 * them listens on the very port that it has in a cluster, and two clusters do not meet.
 */
export class Addresses {
  private readonly range = `127.${randomInt(2, 255)}.${randomInt(0, 255)}`;
  private last = 0;

  next(): string {
    this.last += 1;
    if (this.last > 254) throw new Error('the mesh of a local cluster has 254 addresses');
    return `${this.range}.${this.last}`;
  }
}
