import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startChild } from '../processes/child';

const versionVariable = 'k8s.io/component-base/version';
/** Must be the version of k8s.io/kubernetes in go.mod; the API server reports it. */
export const kubernetesVersion = '1.34.4';
const [MAJOR, MINOR] = kubernetesVersion.split('.');

export const goFlags = [
  '-trimpath',
  '-mod=readonly',
  '-buildvcs=false',
  '-ldflags',
  [
    '-s -w',
    `-X ${versionVariable}.gitVersion=v${kubernetesVersion}`,
    `-X ${versionVariable}.gitMajor=${MAJOR ?? ''}`,
    `-X ${versionVariable}.gitMinor=${MINOR ?? ''}`,
    `-X ${versionVariable}.gitTreeState=clean`,
  ].join(' '),
];

export interface BuildOptions {
  /** Folder of the Go module. */
  sources: string;
  /** Path of the binary to write. */
  output: string;
  environment: NodeJS.ProcessEnv;
  onProgress: (message: string) => void;
}

/** Between two progress lines while nothing else happens, in milliseconds. */
const progressMs = 3_000;

/** Compiles the control plane with the Go toolchain on the PATH, whose build cache it uses and fills. */
export async function buildControlPlane(options: BuildOptions): Promise<void> {
  const { sources, output, onProgress } = options;
  // No C compiler is needed; a newer toolchain is never downloaded behind the user's back.
  const environment = { ...options.environment, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOFLAGS: '' };
  await checkGo(environment);
  onProgress(
    'building the Kubernetes control plane (etcd, API server, controller manager, kubectl, token webhook) from its ' +
      'Go modules: once per version, 5 to 8 minutes on 2 cores, less with more; the result is cached',
  );
  const started = Date.now();
  let downloads = 0;
  let compiled = 0;
  let total: number | undefined;
  const report = (): void => {
    const elapsed = formatSeconds((Date.now() - started) / 1000);
    if (total === undefined)
      onProgress(`building the control plane: ${downloads} Go modules downloaded, ${elapsed}`);
    else
      onProgress(`building the control plane: ${compiled} of at most ${total} packages compiled, ${elapsed}`);
  };
  const timer = setInterval(report, progressMs);
  try {
    const packages = await goList(sources, environment, (line) => {
      if (line.startsWith('go: downloading')) downloads += 1;
    });
    total = packages;
    const build = startChild({
      name: 'go build',
      command: 'go',
      args: ['build', ...goFlags, '-v', '-o', output, '.'],
      cwd: sources,
      env: environment,
      // With -v, Go prints the import path of each package that it has to compile.
      onLine: (line) => {
        if (!line.startsWith('go: downloading')) compiled += 1;
      },
    });
    const { code } = await build.exited;
    if (code !== 0) {
      throw new Error(`the control plane could not be built; go build wrote last:\n${build.recentOutput()}`);
    }
  } finally {
    clearInterval(timer);
  }
  onProgress(`built the control plane in ${formatSeconds((Date.now() - started) / 1000)}`);
}

/** The number of packages in the build; downloads the modules as a side effect. */
async function goList(cwd: string, env: NodeJS.ProcessEnv, onLine: (line: string) => void): Promise<number> {
  let packages = 0;
  const list = startChild({
    name: 'go list',
    command: 'go',
    args: ['list', '-mod=readonly', '-deps', '.'],
    cwd,
    env,
    onLine: (line) => {
      if (!line.startsWith('go: ')) packages += 1;
      onLine(line);
    },
  });
  const { code } = await list.exited;
  if (code !== 0) {
    throw new Error(
      `the control plane's Go modules could not be had; go list wrote last:\n${list.recentOutput()}`,
    );
  }
  return packages;
}

async function checkGo(env: NodeJS.ProcessEnv): Promise<void> {
  let version: string;
  try {
    version = (await promisify(execFile)('go', ['env', 'GOVERSION'], { env })).stdout.trim();
  } catch (error) {
    throw new Error(
      'the local region builds its Kubernetes control plane with Go, and there is no working `go` on the PATH. ' +
        'Install Go 1.24 or later (https://go.dev/doc/install) and try again.',
      { cause: error },
    );
  }
  const [, major = '0', minor = '0'] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  if (Number(major) === 1 && Number(minor) < 24) {
    throw new Error(`the Kubernetes control plane needs Go 1.24 or later; the one on the PATH is ${version}`);
  }
}

function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
