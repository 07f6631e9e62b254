import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

/** Every file gets this time: when it was unpacked here says nothing of what is in it. */
const mtime = new Date(0);

/**
 * A tar.gz of files, the same bytes for the same names and contents: in the order of their names, with one time, one
 * owner and one mode. Its checksum can be told before it is copied anywhere.
 *
 * @param files paths in the archive, with `/`, and their contents
 */
export async function packFiles(files: ReadonlyMap<string, Buffer>): Promise<Buffer> {
  const archive = pack();
  const chunks: Buffer[] = [];
  archive.on('data', (chunk) => {
    chunks.push(chunk as Buffer);
  });
  const ended = new Promise<void>((resolve, reject) => {
    archive.once('end', resolve);
    archive.once('error', reject);
  });
  for (const [name, content] of [...files].sort(([one], [other]) => (one < other ? -1 : 1))) {
    archive.entry({ name, mode: 0o644, mtime, uid: 0, gid: 0 }, content);
  }
  archive.finalize();
  await ended;
  const compressed = gzipSync(Buffer.concat(chunks), { level: constants.Z_BEST_COMPRESSION });
  // The tenth byte names the system that compressed it: 255 stands for none in particular (RFC 1952, 2.3.1).
  compressed[9] = 255;
  return compressed;
}

/**
 * The files below a folder by their paths, with `/`. Links are followed.
 *
 * @param accept decides by the path; folders that it refuses are not looked into
 */
export async function readFiles(
  folder: string,
  accept: (path: string) => boolean = () => true,
): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const visit = async (path: string): Promise<void> => {
    for (const name of (await readdir(join(folder, path))).sort()) {
      const inner = path === '' ? name : `${path}/${name}`;
      if (!accept(inner)) continue;
      if ((await stat(join(folder, inner))).isDirectory()) await visit(inner);
      else files.set(inner, await readFile(join(folder, inner)));
    }
  };
  await visit('');
  return files;
}
