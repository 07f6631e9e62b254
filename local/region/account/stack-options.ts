import { parseS3Url } from '../../../adapters/aws/s3';
import { parseConfiguration } from '../../../core/configuration';

/**
 * The options that a stack must be deployed with for a configuration: what it names of the account's own that the roles of
 * the stack may use only where an option says so. A document that is not valid needs none.
 */
export function stackOptionsFor(document: unknown): Readonly<Record<string, string>> {
  const parsed = parseConfiguration(document);
  if (!parsed.ok) return {};
  const { access, kubeflow } = parsed.configuration;
  const archive = parseS3Url(kubeflow.source?.archive?.url ?? '');
  const paths = Object.values(access.namespaces).flatMap(({ role_arn: arn }) =>
    arn === undefined ? [] : [rolePathOf(arn)],
  );
  // No option names the root: a role without a path is refused by the preflight.
  const usable = [...new Set(paths)].filter((path) => path !== '/');
  return {
    ...(archive !== undefined && { archiveBuckets: archive.bucket }),
    ...(usable.length > 0 && { namespaceRolePaths: usable.join(',') }),
  };
}

/** The path of a role's ARN, with `/` at both ends. */
export function rolePathOf(arn: string): string {
  return arn.slice(arn.indexOf(':role/') + ':role'.length, arn.lastIndexOf('/') + 1);
}
