import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from './bundle';

/** What an installed command brings ready made, since it brings no compiler and no sources. */
export interface Prebuilt {
  /** Folder with a folder of each function's bundle. */
  readonly functions: string;
  /** Folder that becomes the source of the builds. */
  readonly builds: string;
}

/** Where `tools/package` puts it, relative to the root of the package. */
export const prebuiltFolders = { functions: 'functions', builds: 'builds' } as const;

/** In a package what it brings; `undefined` in a checkout, where everything is made from the sources as they are. */
export const prebuilt: Prebuilt | undefined = findPrebuilt(repositoryRoot);

function findPrebuilt(root: string): Prebuilt | undefined {
  const functions = path.join(root, prebuiltFolders.functions);
  if (!fs.existsSync(functions)) return undefined;
  return {
    functions,
    builds: path.join(root, prebuiltFolders.builds),
  };
}
