import type { KubeClient } from '../kube-client';

export interface StandInOptions {
  /** The administrator's; the stand-in acts under a name of its own, so that the audit log tells it apart. */
  client: KubeClient;
  /** Each line says that it comes from a stand-in. */
  onLine?: (line: string) => void;
}

export interface StandIn {
  /** Resolves when it has seen the cluster once. */
  readonly ready: Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Prefixes every line with who speaks. */
export function speaker(
  name: string,
  onLine: (line: string) => void = () => undefined,
): (text: string) => void {
  return (text) => {
    onLine(`[stand-in ${name}] ${text}`);
  };
}

/** Whether every field of `desired` is in `actual` with the same value; what else `actual` has does not matter. */
export function includes(actual: unknown, desired: unknown): boolean {
  if (Array.isArray(desired)) {
    return (
      Array.isArray(actual) &&
      actual.length === desired.length &&
      desired.every((value, index) => includes(actual[index], value))
    );
  }
  if (typeof desired === 'object' && desired !== null) {
    if (typeof actual !== 'object' || actual === null) return false;
    return Object.entries(desired).every(([name, value]) =>
      includes((actual as Record<string, unknown>)[name], value),
    );
  }
  return actual === desired;
}
