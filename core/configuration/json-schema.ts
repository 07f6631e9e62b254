import { z } from 'zod';
import { aliases, configurationSchema } from './schema';

/**
 * The JSON Schema of a configuration, for editors: the same source as the parser. Rules between parameters are not in
 * it; `kubeflow-eks validate` checks those.
 */
export function configurationJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(configurationSchema, { io: 'input', unrepresentable: 'any' }) as {
    properties: Record<string, object>;
  };
  const properties = { ...schema.properties };
  for (const [alias, key] of Object.entries(aliases)) {
    properties[alias] = { ...properties[key], deprecated: true, description: `Old spelling of ${key}.` };
  }
  return { ...schema, $id: 'kubeflow-eks.schema.json', title: 'kubeflow-eks configuration', properties };
}
