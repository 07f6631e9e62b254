/** What CreateStateMachine or ValidateStateMachineDefinition finds wrong with a definition. */
export interface Diagnostic {
  readonly severity: 'ERROR' | 'WARNING';
  readonly code: string;
  readonly message: string;
  /** A path such as `/States/Wait/Seconds`. */
  readonly location: string;
}
export function validateDefinition(text: string): Diagnostic[] {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    return [{ severity: 'ERROR', code: 'INVALID_JSON_DESCRIPTION', message: String(error), location: '/' }];
  }
}
