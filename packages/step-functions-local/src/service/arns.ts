import { ApiError, validationError } from './errors';

/** ARNs of Step Functions. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html */
export interface Place {
  readonly accountId: string;
  readonly region: string;
}

export function stateMachineArn(place: Place, name: string): string {
  return `arn:aws:states:${place.region}:${place.accountId}:stateMachine:${name}`;
}

/** @param machine the state machine's name, or `<name>/<label>` for the child workflows of a Map Run. */
export function executionArn(place: Place, machine: string, name: string): string {
  return `arn:aws:states:${place.region}:${place.accountId}:execution:${machine}:${name}`;
}

/** @throws ApiError InvalidArn */
export function requireArn(kind: 'stateMachine' | 'execution' | 'mapRun', arn: unknown): string {
  if (typeof arn !== 'string') throw validationError(`${kind}Arn`, arn, 'Member must not be null');
  const parts = arn.split(':');
  if (parts[0] !== 'arn' || parts[2] !== 'states' || parts[5] !== kind || parts.length < 7) {
    throw new ApiError('InvalidArn', `Invalid Arn: '${arn}'`);
  }
  return arn;
}

// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html ("name")
const forbiddenInName = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ufffe\uffff]/;

/** @throws ApiError InvalidName */
export function requireName(name: unknown): string {
  if (typeof name !== 'string' || name === '') throw validationError('name', name, 'Member must not be null');
  if (name.length > 80)
    throw validationError('name', name, 'Member must have length less than or equal to 80');
  if (forbiddenInName.test(name)) throw new ApiError('InvalidName', `Invalid Name: '${name}'`);
  return name;
}
