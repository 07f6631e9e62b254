/** The local Step Functions: an interpreter of JSONata state machines with the API and the histories of AWS. */
export { createApiHandler } from './api/handler';
export { serveStepFunctions } from './api/http-server';
export type { StepFunctionsServer } from './api/http-server';
export type { Clock } from './clock/clock';
export { createRealClock } from './clock/real-clock';
export { createVirtualClock } from './clock/virtual-clock';
export type { HistoryEvent } from './execution/history';
export type { ExecutionRecord } from './execution/records';
export type { ClientConfig } from './integrations/aws-api';
export { validateDefinition, type Diagnostic } from './definition/validate';
export { createIntegrations } from './integrations/create-integrations';
export type { TaskIntegration, TaskRequest } from './integrations/integration';
export { TaskError } from './language/errors';
export { seededRandom } from './language/random';
export { ApiError } from './service/errors';
export { StepFunctions } from './service/service';
export type { StepFunctionsOptions } from './service/service';
export type { StatusChangeEvent } from './service/status-change';

import { StepFunctions, type StepFunctionsOptions } from './service/service';

/**
 * Step Functions for one account and region; everything that was kept in `dataDir` is there again and goes on.
 *
 * @example
 * const service = createStepFunctions({
 *   accountId: '123456789012',
 *   region: 'eu-central-1',
 *   clock: createRealClock(),
 *   integrations: { call: (request) => Promise.resolve({ called: request.resource }) },
 * });
 */
export function createStepFunctions(options: StepFunctionsOptions): StepFunctions {
  return new StepFunctions(options);
}
