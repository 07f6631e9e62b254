import { z } from 'zod';
import { aliases, configurationSchema } from './schema';

type Json = Record<string, unknown>;

/** Where `init` writes the schema, and where the repository has it below `docs/`. */
export const schemaFileName = 'kubeflow-eks.schema.json';

/**
 * The JSON Schema of a configuration, for editors: the same source as the parser. It accepts what the command line accepts;
 * rules between parameters are not in it, and `kubeflow-eks validate` checks those.
 */
export function configurationJsonSchema(): Json {
  const schema = z.toJSONSchema(configurationSchema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      // Names of zod's own that JSON Schema has not; the pattern beside them says the same.
      if (/^cidr/.test(jsonSchema.format ?? '')) delete jsonSchema.format;
    },
  }) as { properties: Record<string, Json> };
  const properties: Record<string, Json> = { ...schema.properties };
  const { type, pattern, ...account } = properties['account_id'] ?? {};
  properties['account_id'] = { ...account, anyOf: [{ type, pattern }, { type: 'integer' }] };
  const metadata = properties['saml_metadata'] as { properties: Json };
  properties['saml_metadata'] = {
    ...metadata,
    properties: {
      ...metadata.properties,
      file: {
        type: 'string',
        description: 'A file with the metadata, relative to this one; the command line reads it in.',
      },
    },
  };
  for (const [alias, key] of Object.entries(aliases)) {
    properties[alias] = { ...properties[key], deprecated: true, description: `Old spelling of ${key}.` };
  }
  return { ...schema, $id: schemaFileName, title: 'kubeflow-eks configuration', properties };
}
