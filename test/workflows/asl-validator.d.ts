declare module 'asl-validator' {
  /** Checks a definition against the schema of the Amazon States Language, and its transitions. */
  export default function validate(definition: unknown): { isValid: boolean; errors: unknown[] };
}
