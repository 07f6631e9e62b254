export { rehearse, RehearsalError, operatorClients } from './rehearse';
export { taskStates } from '../../core/execution/task-states';
