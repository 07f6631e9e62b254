/**
 * Error names as Step Functions gives them: the client's name in AWS' Java SDK, then the exception's.
 * https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */

/** `DynamoDB` → `DynamoDb`, `Cognito Identity Provider` → `CognitoIdentityProvider`, `SFN` → `Sfn`. */
export function javaClientName(serviceId: string): string {
  return serviceId
    .split(/[\s-]+/)
    .map((word) => {
      const capital = word.charAt(0).toUpperCase() + word.slice(1);
      return capital.replace(/[A-Z]{2,}(?![a-z])/g, (run) => run.charAt(0) + run.slice(1).toLowerCase());
    })
    .join('');
}

/**
 * @param prefix the client's name, or that of an optimised integration (`DynamoDB`, `Lambda`, …).
 * @param modelled whether the API's model knows the error; the Java SDK throws its client's base exception otherwise.
 */
export function errorName(prefix: string, name: string, modelled: boolean): string {
  if (!modelled) return `${prefix}.${prefix}Exception`;
  return `${prefix}.${name.endsWith('Exception') ? name : `${name}Exception`}`;
}

/** The cause in the Java SDK's words. */
export function errorCause(
  message: string,
  service: string,
  metadata: {
    readonly httpStatusCode?: number;
    readonly requestId?: string;
    readonly extendedRequestId?: string;
  },
): string {
  const details = [
    `Service: ${service}`,
    `Status Code: ${metadata.httpStatusCode ?? 0}`,
    `Request ID: ${metadata.requestId ?? 'null'}`,
    ...(metadata.extendedRequestId === undefined
      ? []
      : [`Extended Request ID: ${metadata.extendedRequestId}`]),
  ];
  return `${message} (${details.join(', ')})`;
}
