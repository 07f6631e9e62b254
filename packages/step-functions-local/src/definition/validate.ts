import { maximumDefinitionBytes } from '../execution/limits';
import { isIntegerIn, isObject, Report, type Diagnostic, type Json } from './diagnostics';
import { machineFields } from './fields';
import { validateGraph } from './validate-graph';
import { checkFields } from './validate-fields';

export type { Diagnostic } from './diagnostics';

/**
 * Checks a definition as CreateStateMachine does, and that it is one that the interpreter understands (JSONata only).
 * @param text the definition's JSON text.
 */
export function validateDefinition(text: string): Diagnostic[] {
  const report = new Report();
  if (Buffer.byteLength(text, 'utf8') > maximumDefinitionBytes) {
    report.schema('/', `The definition is larger than ${maximumDefinitionBytes} bytes`);
    return report.diagnostics;
  }
  let definition: unknown;
  try {
    definition = JSON.parse(text);
  } catch (error) {
    report.add('INVALID_JSON_DESCRIPTION', '/', String(error));
    return report.diagnostics;
  }
  if (!isObject(definition)) {
    report.schema('/', 'The definition must be a JSON object');
    return report.diagnostics;
  }
  validateMachine(definition, report);
  return report.diagnostics;
}

function validateMachine(definition: Json, report: Report): void {
  checkFields(definition, machineFields, '', report);
  const { QueryLanguage: language, Version: version, TimeoutSeconds: timeout } = definition;
  if (language !== undefined && language !== 'JSONata' && language !== 'JSONPath') {
    report.schema('/QueryLanguage', 'The value must be one of: [JSONata, JSONPath]');
  }
  if (version !== undefined && version !== '1.0') report.schema('/Version', "The value must be '1.0'");
  if (timeout !== undefined && !isIntegerIn(timeout, 1, 99_999_999)) {
    report.schema('/TimeoutSeconds', 'The value must be an integer from 1 to 99999999');
  }
  validateGraph(definition, {
    location: '',
    report,
    language: language === 'JSONata' ? 'JSONata' : 'JSONPath',
    names: new Set(),
    outerVariables: new Set(),
    validateGraph,
  });
}
