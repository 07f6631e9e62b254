#!/usr/bin/env node
/** The command of the package: `tools/package` bundles it. From a checkout it is `cli/bin.mjs`. */
import module from 'node:module';
import { join } from 'node:path';
import { cacheFolder } from '../local/cache';

// Compiled code is kept in the user's own folder: Node's default is one below /tmp, where others can put something first.
// Node has it from 22.1 on; without it the command works as well.
const { enableCompileCache } = module as Partial<Pick<typeof module, 'enableCompileCache'>>;
enableCompileCache?.(join(cacheFolder(), 'compiled'));

void import('./main');
