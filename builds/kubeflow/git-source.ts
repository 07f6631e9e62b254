import { UserError } from '../../core/errors';
import type { Run } from '../support/command';

/**
 * Brings the files of a commit into an empty folder. A commit is a digest of all that it holds: git checks what arrives
 * against it, and nothing else is taken.
 *
 * @throws UserError `ChecksumMismatch` when what arrived is another commit
 */
export async function fetchCommit(
  { url, commit }: { url: string; commit: string },
  folder: string,
  run: Run,
): Promise<void> {
  const git = async (...args: string[]): Promise<string> =>
    (await run('git', ['-C', folder, '-c', 'advice.detachedHead=false', ...args])).stdout.trim();
  await git('init', '--quiet');
  await git('fetch', '--quiet', '--depth', '1', url, commit);
  await git('checkout', '--quiet', 'FETCH_HEAD');
  const head = await git('rev-parse', 'HEAD');
  if (head !== commit) {
    throw new UserError(
      'ChecksumMismatch',
      `${url} gave the commit ${head}; expected ${commit}. It was not used.`,
    );
  }
}
