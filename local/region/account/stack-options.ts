import { parseS3Url } from '../../../adapters/aws/s3';
import { parseConfiguration } from '../../../core/configuration';

/**
 * The options that a stack must be deployed with for a configuration: what it names of the account's own that the roles of
 * the stack may use only where an option says so. A document that is not valid needs none.
 */
export function stackOptionsFor(document: unknown): Readonly<Record<string, string>> {
  const parsed = parseConfiguration(document);
  const archive = parsed.ok
    ? parseS3Url(parsed.configuration.kubeflow.source?.archive?.url ?? '')
    : undefined;
  return archive === undefined ? {} : { archiveBuckets: archive.bucket };
}
