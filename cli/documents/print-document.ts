import { printJson, type Host } from '../host';
import { apiVersion } from './api-version';
import type { DocumentBody, DocumentKind } from './document-kinds';

/** Prints the one document of a command for machines. Its schema is loaded by `schema` alone: it costs time. */
export function printDocument<Kind extends DocumentKind>(
  host: Host,
  kind: Kind,
  body: DocumentBody<Kind>,
): void {
  printJson(host, Object.assign({ apiVersion, kind }, body));
}
