import { readFileSync } from 'node:fs';
import { validateDefinition } from '../definition/validate';

/**
 * Says what CreateStateMachine would refuse of a definition in a file, one finding a line.
 *
 * @returns 0 if nothing, else 1
 */
export function validate(file: string, { json = false }: { json?: boolean }): number {
  const findings = validateDefinition(readFileSync(file, 'utf8'));
  if (json) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
  else if (findings.length === 0) process.stdout.write(`${file}: valid\n`);
  else
    for (const { code, location, message } of findings)
      process.stdout.write(`${file}: ${location ?? '/'}: ${message} (${code})\n`);
  return findings.length === 0 ? 0 : 1;
}
