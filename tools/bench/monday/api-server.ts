import { readFile } from 'node:fs/promises';

/** Of the kernel's clock, on which /proc counts a process' time: 100 a second on every Linux (`man 5 proc`). */
const ticksPerSecond = 100;

/** What a process has used. */
export interface ProcessUse {
  /** Of all its threads, in user and kernel mode. */
  readonly cpuSeconds: number;
  /** Resident now, MB (2^20 bytes). */
  readonly memoryMb: number;
}

/** Reads it from /proc. @throws Error where there is none: these figures are for Linux */
export async function useOf(pid: number): Promise<ProcessUse> {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ]);
  // The name in parentheses may hold spaces; user and kernel time are the 14th and 15th field of the line.
  const [userTicks, kernelTicks] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return {
    cpuSeconds: ((userTicks ?? 0) + (kernelTicks ?? 0)) / ticksPerSecond,
    memoryMb: Number(resident ?? 0) / 1024,
  };
}
