/** What a plan says: the vocabulary that tasks, builds, workflow and command line share. */

/** What would be done to one thing. Whatever is put in the place of something that is there is a `change`. */
export type PlanAction = 'create' | 'change' | 'remove';

/** One change that a run would make. */
export interface PlannedChange {
  action: PlanAction;
  /** For a person, without a verb, secrets and personal data: `user pool acme`. */
  what: string;
}

/** What stands in the way of a step, as the step itself would have thrown it. */
export interface PlanProblem {
  /** Name in the catalogue of errors, or `<Service>.<Exception>`. */
  error: string;
  message: string;
}

/**
 * What a plan says of a step: all it does is create; it changes or removes something; it leaves everything as it is;
 * it follows from steps that must have been done first; something is in its way.
 */
export const planVerdicts = ['create', 'change', 'leave', 'follows', 'problem'] as const;

export type PlanVerdict = (typeof planVerdicts)[number];

/** A step of a plan. */
export interface PlannedStep {
  /** The name of the state in provision. */
  state: string;
  verdict: PlanVerdict;
  changes: PlannedChange[];
  /** What is seen and should be known, and is no change of the run: Profiles without a quota. */
  notes?: string[];
  /** How many further changes are not listed. */
  more?: number;
  /** The steps that this one follows from. */
  follows?: string[];
  /** Why nothing can be said of it, where it follows from nothing in the plan. */
  reason?: string;
  problem?: PlanProblem;
}

/** The output of an execution of the plan workflow. */
export interface Plan {
  deployment: string;
  steps: PlannedStep[];
  /** How many steps have come to each verdict. */
  summary: Record<PlanVerdict, number>;
}

/** Whether a run would do anything: a step changes something itself, or follows from one that does. */
export function hasSomethingToDo({ create, change, follows }: Plan['summary']): boolean {
  return create + change + follows > 0;
}
