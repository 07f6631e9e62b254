import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import type { DeployedFunction } from '../../stack/template';
import { FunctionInstance, type FunctionError, type Outcome } from './instance';

export interface RunnerOptions {
  functions: readonly DeployedFunction[];
  /** What Lambda and the region add to the template's environment: credentials, endpoint, certificates, proxy. */
  runtimeEnvironment(deployed: DeployedFunction): Record<string, string>;
  /** The named point at which a function's failure is injected, or its being slow. */
  fault?: (deployed: DeployedFunction, event: unknown) => FunctionError | undefined;
  delay?: (deployed: DeployedFunction, event: unknown) => Promise<void> | undefined;
  /** The named point at which the outcome of a function that has run is lost: this is told instead. */
  answer?: (deployed: DeployedFunction, event: unknown, outcome: Outcome) => FunctionError | undefined;
  onLine(functionName: string, line: string): void;
  /** Hears of every event that was answered, and of what its time went into. */
  onServed?: (functionName: string, served: Served) => void;
  /** Instances of one function at the same time; more events wait. Lambda starts as many as there are events: Infinity. */
  mostInstances?: number;
}

/** What the time of one event went into, in milliseconds. */
export interface Served {
  /** Until an instance was there for it. */
  readonly waitedMs: number;
  /** Until that instance was ready: 0 where it was warm. */
  readonly startedMs: number;
  /** In the function itself. */
  readonly ranMs: number;
}

/** How long an idle instance is kept. Lambda keeps one for minutes; here memory is dearer. */
const idleMs = 20_000;
/** Instances of one function at the same time, unless it is said: each is a process of a machine that has few cores. */
const defaultMostInstances = 8;

/** Runs the deployed bundles, each in processes of its own with the environment that the template gives it. */
export class FunctionRunner {
  private readonly functions: ReadonlyMap<string, DeployedFunction>;
  private readonly instances = new Map<string, Set<FunctionInstance>>();
  private readonly idleTimers = new Map<FunctionInstance, NodeJS.Timeout>();
  private stopped = false;

  constructor(private readonly options: RunnerOptions) {
    this.functions = new Map(options.functions.map((deployed) => [deployed.name, deployed]));
  }

  /** The function of a name, a version's or alias' ARN, or a function's ARN. */
  find(nameOrArn: string): DeployedFunction | undefined {
    const name = nameOrArn.startsWith('arn:') ? nameOrArn.split(':')[6] : nameOrArn.split(':')[0];
    return name === undefined ? undefined : this.functions.get(name);
  }

  /**
   * Invokes a function and waits for its outcome.
   *
   * @throws Error when there is no such function
   */
  async invoke(nameOrArn: string, event: unknown): Promise<Outcome> {
    const deployed = this.find(nameOrArn);
    if (deployed === undefined) throw new Error(`Function not found: ${nameOrArn}`);
    const fault = this.options.fault?.(deployed, event);
    if (fault !== undefined) return { error: fault };
    await this.options.delay?.(deployed, event);
    const cameAt = performance.now();
    const instance = await this.acquire(deployed);
    try {
      const heldAt = performance.now();
      await instance.settled();
      const readyAt = performance.now();
      const outcome = await instance.invoke(event);
      this.options.onServed?.(deployed.name, {
        waitedMs: heldAt - cameAt,
        startedMs: readyAt - heldAt,
        ranMs: performance.now() - readyAt,
      });
      const lost = this.options.answer?.(deployed, event, outcome);
      return lost === undefined ? outcome : { error: lost };
    } finally {
      this.release(deployed, instance);
    }
  }

  /** Stops every instance of a function, so that the next event meets a cold start. */
  async coolDown(name: string): Promise<void> {
    const instances = [...(this.instances.get(name) ?? [])];
    instances.forEach((instance) => {
      this.discard(name, instance);
    });
    await Promise.all(instances.map((instance) => instance.exited()));
  }

  /** Stops everything. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all([...this.instances.keys()].map((name) => this.coolDown(name)));
  }

  private async acquire(deployed: DeployedFunction): Promise<FunctionInstance> {
    for (;;) {
      if (this.stopped) throw new Error('the local region is stopping');
      const instances = this.instances.get(deployed.name) ?? new Set();
      this.instances.set(deployed.name, instances);
      for (const instance of instances) {
        if (instance.ended) instances.delete(instance);
        else if (!instance.busy) return this.take(instance);
      }
      if (instances.size < (this.options.mostInstances ?? defaultMostInstances)) {
        const instance = this.start(deployed);
        instances.add(instance);
        return this.take(instance);
      }
      await delay(5);
    }
  }

  private take(instance: FunctionInstance): FunctionInstance {
    clearTimeout(this.idleTimers.get(instance));
    this.idleTimers.delete(instance);
    instance.busy = true;
    return instance;
  }

  private start(deployed: DeployedFunction): FunctionInstance {
    return new FunctionInstance({
      functionName: deployed.name,
      functionArn: deployed.arn,
      ...entryOf(deployed),
      memoryMb: deployed.memoryMb,
      timeoutSeconds: deployed.timeoutSeconds,
      environment: { ...this.options.runtimeEnvironment(deployed), ...deployed.environment },
      onLine: (line) => {
        this.options.onLine(deployed.name, line);
      },
    });
  }

  private release(deployed: DeployedFunction, instance: FunctionInstance): void {
    if (instance.ended) {
      this.instances.get(deployed.name)?.delete(instance);
      return;
    }
    const timer = setTimeout(() => {
      if (!instance.busy) this.discard(deployed.name, instance);
    }, idleMs);
    timer.unref();
    this.idleTimers.set(instance, timer);
  }

  private discard(name: string, instance: FunctionInstance): void {
    clearTimeout(this.idleTimers.get(instance));
    this.idleTimers.delete(instance);
    this.instances.get(name)?.delete(instance);
    instance.stop();
  }
}

/** `index.handler` in the asset's folder → its file and the export. */
function entryOf({ assetDir, handler }: DeployedFunction): { file: string; handler: string } {
  const [module = 'index', exportName = 'handler'] = handler.split('.');
  return { file: join(assetDir, `${module}.js`), handler: exportName };
}
