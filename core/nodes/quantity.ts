const factors: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A quantity of Kubernetes as a number: `250m` is 0.25, `2Gi` is 2,147,483,648. One that is none counts as nothing. */
export function parseQuantity(text: string | number | undefined): number {
  const [, digits, suffix = ''] = /^([0-9.]+(?:e[0-9]+)?)([a-zA-Z]*)$/.exec(String(text ?? '')) ?? [];
  return Number(digits ?? 0) * (factors[suffix] ?? 0);
}

/** What is asked for or to be had of a node. */
export interface Amounts {
  cpuMillis: number;
  memoryMiB: number;
  gpus: number;
}

/** The amounts in a map of quantities: a container's requests, a node's allocatable. */
export function amountsOf(quantities: Readonly<Record<string, string>> = {}): Amounts {
  return {
    cpuMillis: Math.round(parseQuantity(quantities['cpu']) * 1000),
    memoryMiB: Math.ceil(parseQuantity(quantities['memory']) / 2 ** 20),
    gpus: parseQuantity(quantities['nvidia.com/gpu']),
  };
}

/** The sum of amounts. */
export function sum(amounts: readonly Amounts[]): Amounts {
  return amounts.reduce(
    (total, { cpuMillis, memoryMiB, gpus }) => ({
      cpuMillis: total.cpuMillis + cpuMillis,
      memoryMiB: total.memoryMiB + memoryMiB,
      gpus: total.gpus + gpus,
    }),
    { cpuMillis: 0, memoryMiB: 0, gpus: 0 },
  );
}
