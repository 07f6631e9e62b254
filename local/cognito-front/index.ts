export { CognitoFront, type CognitoFrontOptions } from './front';
export type { TriggerOutcome } from './trigger';
