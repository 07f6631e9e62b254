import { join } from 'node:path';

/** Folder of a region's logs, in that of the region. */
export const logsFolder = 'logs';

/**
 * The file that a local region has in the place of a CloudWatch log group of the stack. It is there from its first line on.
 *
 * @param dir the region's folder
 * @param group `/aws/lambda/NAME` or `/aws/codebuild/NAME`
 */
export function logFileOf(dir: string, group: string): string {
  const [, kind = '', name = ''] = /^\/aws\/(lambda|codebuild)\/(.+)$/.exec(group) ?? [];
  return join(dir, logsFolder, kind === 'codebuild' ? 'builds' : 'functions', `${name}.log`);
}
