import type { Amounts } from './quantity';

/** The nodes of a group, what pods may use of them all together, and what they ask for. */
export interface GroupRoom {
  group: string;
  type: string;
  nodes: number;
  allocatable: Amounts & { pods: number };
  requested: Amounts & { pods: number };
}

/** How what is installed fits on the nodes. */
export interface Room {
  groups: GroupRoom[];
  /** Pods that no node has room for, and what they want, in the scheduler's words where it was asked. */
  waiting: { pod: string; why: string }[];
}
