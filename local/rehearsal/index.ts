export { rehearse, RehearsalError, operatorClients, taskStates } from './rehearse';
