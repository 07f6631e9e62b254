import { eventHandler } from '../../adapters/aws/event-handler';
import { startDriftPlans } from './start-drift-plans';

/** Called by the schedule. */
export const handler = eventHandler('the plans could not be started', (event, parts) =>
  startDriftPlans(event, { ...parts, environment: process.env }),
);
