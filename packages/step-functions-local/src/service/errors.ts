/** An error of the Step Functions API, by the name that the SDKs turn into an exception. */
export class ApiError extends Error {
  override readonly name: string;
  readonly status = 400;
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export function validationError(field: string, value: unknown, constraint: string): ApiError {
  return new ApiError(
    'ValidationException',
    `1 validation error detected: Value ${typeof value === 'string' ? `'${value}'` : JSON.stringify(value ?? null)} at '${field}' ` +
      `failed to satisfy constraint: ${constraint}`,
  );
}
