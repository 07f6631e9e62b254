/**
 * A label of a domain name, for patterns. Capitals are in it for the editors' JSON Schema, which sees the document
 * before it is lower-cased.
 */
export const domainLabel = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
