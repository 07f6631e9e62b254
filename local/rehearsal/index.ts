export { rehearse, RehearsalError, operatorClients, taskStates } from './rehearse';
export type { RehearsalOptions } from './rehearse';
export type { AccessRow, Login, ProgressReporter, RehearsalResult, RehearsalStep } from './result';
