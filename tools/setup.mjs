// Runs before `npm start`, `npm test` and `npm run cli`, on whatever Node is there, with nothing installed yet: names
// a missing prerequisite with what to do, and installs the packages when package-lock.json has changed since.
// Everything it prints goes to stderr, so that `--json` output stays clean.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const stamp = path.join(root, 'node_modules', '.installed-from');
const say = (text) => process.stderr.write(`${text}\n`);

/** What must be on the machine; all else is installed. `local` needs come with the argument `--local`. */
const prerequisites = [
  {
    name: 'Node.js 20 or newer',
    ok: () => Number(process.versions.node.split('.')[0]) >= 20,
    help: 'install it from https://nodejs.org',
  },
  {
    name: 'Python 3.10 or newer',
    local: true,
    ok: () => runs('python3', ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 10))']),
    help: 'install python3 with its venv module (on Debian: apt-get install python3 python3-venv); the local AWS APIs run on it',
  },
  {
    get name() {
      return `Go ${goNeeded()} or newer`;
    },
    local: true,
    ok: goIsNewEnough,
    help: 'install it from https://go.dev/dl; the programs of the local region are built with it, once',
  },
];

function runs(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function goIsNewEnough() {
  const result = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' });
  const match = /^go(\d+(?:\.\d+)*)/.exec(result.stdout ?? '');
  return result.status === 0 && match !== null && isAtLeast(match[1], goNeeded());
}

/** What the programs' module asks for. An older Go would fetch that toolchain by itself, which not every network lets it. */
function goNeeded() {
  const module = readFileSync(path.join(root, 'local', 'programs', 'go.mod'), 'utf8');
  return /^go (\S+)$/m.exec(module)[1];
}

function isAtLeast(version, needed) {
  const [have, need] = [version, needed].map((text) => text.split('.').map(Number));
  for (const [index, part] of need.entries()) {
    const difference = (have[index] ?? 0) - part;
    if (difference !== 0) return difference > 0;
  }
  return true;
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
}

function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === lockHash();
}

function install() {
  return new Promise((resolve, reject) => {
    const started = Date.now();
    const elapsed = () => Math.round((Date.now() - started) / 1000);
    say('installing packages from package-lock.json (npm ci) …');
    // One line that is drawn over on a terminal; a line in thirty seconds where lines stay.
    const live = process.stderr.isTTY && process.env.CI === undefined;
    const timer = live
      ? setInterval(() => process.stderr.write(`\r\u001b[2K  still installing, ${elapsed()} s`), 1000)
      : setInterval(() => say(`  still installing, ${elapsed()} s`), 30_000);
    // npm itself runs on the machine's Node, so the packages' own engines are not its concern.
    const npm = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
    npm.on('error', reject);
    npm.on('exit', (code) => {
      clearInterval(timer);
      if (live) process.stderr.write('\r\u001b[2K');
      if (code === 0) {
        writeFileSync(stamp, `${lockHash()}\n`);
        say(`packages installed in ${elapsed()} s`);
        resolve();
      } else {
        reject(
          new Error(
            `npm ci ended with ${code}; its output above says why. Run it again when that is mended.`,
          ),
        );
      }
    });
  });
}

/** Two commands started together must not install over each other. */
async function withInstallLock(work) {
  const lock = path.join(root, '.install-lock');
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      const age = existsSync(lock) ? Date.now() - statSync(lock).mtimeMs : 0;
      if (age > 10 * 60_000) rmSync(lock, { recursive: true, force: true });
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  try {
    await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

const needsLocal = process.argv.includes('--local');
const missing = prerequisites.filter((item) => (needsLocal || !item.local) && !item.ok());
if (missing.length > 0) {
  for (const { name, help } of missing) say(`${name} is missing: ${help}`);
  process.exit(1);
}
if (!isInstalled()) {
  try {
    await withInstallLock(async () => {
      if (!isInstalled()) await install();
    });
  } catch (error) {
    say(error.message);
    process.exit(1);
  }
}
