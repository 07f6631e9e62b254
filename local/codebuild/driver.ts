import { phaseNames, type Buildspec, type PhaseName } from './buildspec';

/** Marks the driver's own lines among the build's output. */
export interface Marker {
  event: 'start' | 'end' | 'exported';
  phase: PhaseName | '';
  /** Of `end`: the exit code. Of `exported`: `NAME=` and the value in base64. */
  detail: string;
  /** Of `end`: the command that failed. */
  command: string;
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * The bash program of a build: all commands of all phases in one shell, as CodeBuild runs version 0.2, so that what
 * one command exports or changes the next one has. A phase ends at its first failing command; `finally` runs in any
 * case; after a failure in install or pre_build the build ends, after one in build post_build still runs.
 *
 * @param nonce makes the driver's lines recognisable
 */
export function driverScript(buildspec: Buildspec, nonce: string): string {
  const lines = [
    'set +e',
    // A command's output need not end its last line: the driver's own lines always begin a new one.
    `__say() { printf '\\n%s\\t%s\\t%s\\t%s\\t%s\\n' ${quote(nonce)} "$1" "$2" "$3" "$4"; }`,
    `__announce() { printf '\\n[Container] %s Running command %s\\n' "$(date -u '+%Y/%m/%d %H:%M:%S')" "$1"; }`,
    '__build=0',
  ];
  for (const name of phaseNames) {
    const phase = buildspec.phases[name];
    if (phase === undefined) continue;
    const versions = Object.entries(phase['runtime-versions'] ?? {});
    lines.push(
      `if [ "$__build" -ne 2 ]; then __say start ${name} '' ''; __status=0; __failed=''`,
      ...versions.map(
        ([runtime, version]) =>
          `echo ${quote(`[stand-in] runtime ${runtime} ${version}: the region's own is used`)}`,
      ),
      ...phase.commands.map(
        (command) =>
          `if [ "$__status" -eq 0 ]; then __announce ${quote(firstLine(command))}; eval ${quote(command)}; __status=$?; if [ "$__status" -ne 0 ]; then __failed=${quote(firstLine(command))}; fi; fi`,
      ),
      ...phase.finally.map((command) => `__announce ${quote(firstLine(command))}; eval ${quote(command)}`),
      `__say end ${name} "$__status" "$__failed"`,
      `if [ "$__status" -ne 0 ] && [ ${quote(phase['on-failure'] ?? 'default')} != CONTINUE ]; then`,
      // 1: failed, what must still run runs; 2: nothing more runs.
      `  __build=${name === 'build' && phase['on-failure'] !== 'ABORT' ? '1' : '2'}`,
      'fi; fi',
    );
  }
  for (const variable of buildspec.env['exported-variables']) {
    lines.push(`__say exported '' "${variable}=$(printf '%s' "\${${variable}-}" | base64 | tr -d '\\n')" ''`);
  }
  lines.push('[ "$__build" -eq 0 ]');
  return `${lines.join('\n')}\n`;
}

function firstLine(command: string): string {
  return command.trim().split('\n')[0] ?? '';
}

/** The driver's marker in a line, if it is one. */
export function readMarker(line: string, nonce: string): Marker | undefined {
  const [mark, event, phase, detail = '', command = ''] = line.split('\t');
  if (mark !== nonce) return undefined;
  return { event, phase, detail, command } as Marker;
}
