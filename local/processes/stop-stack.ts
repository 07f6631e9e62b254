type Stop = () => Promise<void> | void;

/** What has been started, so that it is stopped in the reverse order: what came later may still use what was there before. */
export class StopStack {
  private readonly stops: Stop[] = [];

  defer(stop: Stop): void {
    this.stops.push(stop);
  }

  /** Stops what is still running; a second call finds nothing to do. */
  async stop(): Promise<void> {
    for (const stop of this.stops.splice(0).reverse()) await stop();
  }
}
