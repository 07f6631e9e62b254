export { rehearse, RehearsalError, operatorClients } from './rehearse';
export { taskStates } from './task-states';
