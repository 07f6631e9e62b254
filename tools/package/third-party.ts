import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Locked {
  version?: string;
  license?: string;
  dev?: boolean;
  link?: boolean;
}

/**
 * The licences of the packages that the bundles may have something of: all that package-lock.json has for more than
 * development. A text that several have in common stands once.
 *
 * @param root folder with package-lock.json and node_modules
 */
export async function thirdPartyLicences(root: string): Promise<string> {
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  const byText = new Map<string, Set<string>>();
  for (const [path, { version, license, dev, link }] of Object.entries(packages)) {
    if (!path.includes('node_modules/') || dev === true || link === true) continue;
    // Binaries for other platforms are in the lock, and not installed.
    if (!existsSync(join(root, path))) continue;
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const text = await licenceText(join(root, path));
    const known = byText.get(text) ?? new Set();
    byText.set(text, known.add(`${name} ${version ?? ''} (${license ?? 'see below'})`));
  }
  const parts = [...byText].map(([text, names]) => [[...names].sort().join('\n'), text.trim()].join('\n\n'));
  return `${parts.sort().join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

async function licenceText(folder: string): Promise<string> {
  const file = (await readdir(folder)).find((name) => /^licen[cs]e(?:\.(?:md|txt))?$/i.test(name));
  return file === undefined
    ? 'Its package has no file with the text of its licence.'
    : readFile(join(folder, file), 'utf8');
}
