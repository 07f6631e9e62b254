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
