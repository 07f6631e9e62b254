import { defined } from '../defined';
/** What CreateStateMachine or ValidateStateMachineDefinition finds wrong with a definition. */
export interface Diagnostic {
  readonly severity: 'ERROR' | 'WARNING';
  readonly code: string;
  readonly message: string;
  /** A path such as `/States/Wait/Seconds`; what is wrong with a workflow as a whole has none. */
  readonly location?: string;
}

export type Json = Readonly<Record<string, unknown>>;

/** Collects problems on the way through a definition. */
export class Report {
  readonly diagnostics: Diagnostic[] = [];

  schema(location: string, message: string): void {
    this.add('SCHEMA_VALIDATION_FAILED', location, message);
  }

  add(code: string, location: string | undefined, message: string): void {
    this.diagnostics.push({
      severity: 'ERROR',
      code,
      message,
      ...defined({ location }),
    });
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isIntegerIn(value: unknown, minimum: number, maximum: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum;
}
