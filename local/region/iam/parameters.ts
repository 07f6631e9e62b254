import { header, type HttpParts } from '../gateway/aws-request';

/**
 * A request's parameters: a JSON body's as they are, a form's and a query's by their flat names (`Tag.1.Key`), an XML
 * body's text as `xml`.
 */
export type Parameters = Readonly<Record<string, unknown>>;

/** @throws SyntaxError for a body that should be JSON and is not */
export function parametersOf(http: HttpParts): Parameters {
  const query = Object.fromEntries(new URL(http.url, 'http://localhost').searchParams);
  if (http.body.length === 0) return query;
  const text = http.body.toString('utf8');
  const type = header(http, 'content-type') ?? '';
  if (/urlencoded/.test(type)) return { ...query, ...Object.fromEntries(new URLSearchParams(text)) };
  if (/xml/.test(type) || text.startsWith('<')) return { ...query, xml: text };
  if (/octet-stream/.test(type)) return query;
  const body: unknown = JSON.parse(text);
  return typeof body === 'object' && body !== null ? { ...query, ...body } : query;
}

/** A parameter that is text. */
export function text(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name];
  return typeof value === 'string' ? value : undefined;
}

/** A parameter that is a list of texts: `ids: [...]`, or `ids.1`, `ids.member.1` of a form. */
export function texts(parameters: Parameters, name: string): string[] {
  const value = parameters[name];
  if (Array.isArray(value)) return value.filter((item): item is string => typeof item === 'string');
  const numbered = new RegExp(`^${name}\\.(?:member\\.)?\\d+$`);
  return Object.entries(parameters).flatMap(([key, item]) =>
    numbered.test(key) && typeof item === 'string' ? [item] : [],
  );
}

/**
 * The tags that a request gives, in any of the ways in which AWS' APIs write them: a map, a list of keys and values, or
 * a form's flat names. Tags without a value (EC2's DeleteTags) have an empty one.
 */
export function tagsOf(parameters: Parameters): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const name of [
    'Tags',
    'tags',
    'UserPoolTags',
    'BackupVaultTags',
    'BackupPlanTags',
    'RecoveryPointTags',
  ]) {
    const value = parameters[name];
    if (Array.isArray(value)) {
      for (const tag of value as Readonly<Record<string, string | undefined>>[])
        tags[tag['Key'] ?? tag['key'] ?? ''] = tag['Value'] ?? tag['value'] ?? '';
    } else if (typeof value === 'object' && value !== null) {
      Object.assign(tags, value);
    }
  }
  for (const [name, value] of Object.entries(parameters)) {
    // What a launch template says of the tags of machines is not the request's own.
    if (name.startsWith('LaunchTemplateData.')) continue;
    const stem = /^((?:.*\.)?Tags?\.(?:member\.)?\d+)\.Key$/.exec(name)?.[1];
    if (stem !== undefined && typeof value === 'string')
      tags[value] = text(parameters, `${stem}.Value`) ?? '';
  }
  return tags;
}
