import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { karpenterArchive } from './karpenter-chart';
import { programPath } from '../programs';

/** Programs that the builds call and the region builds beside the steps that do not need them. */
export const builtForBuilds = ['eksctl', 'helm'] as const;

type BuiltProgram = (typeof builtForBuilds)[number];

/**
 * What a program must be told, or waits for.
 *
 * eksctl works with the region's gateway, but for the tokens with which it enters clusters: these are requests to STS that
 * it signs and does not send, and must be to the address that the cluster's authenticator knows.
 *
 * Karpenter's chart comes with Karpenter, which is built when the first build asks for it.
 */
const preparations: Readonly<Record<BuiltProgram, string>> = {
  eksctl: `export AWS_STS_ENDPOINT="$AWS_ENDPOINT_URL" AWS_ENDPOINT_URL_STS="https://sts.$AWS_REGION.amazonaws.com"
export AWS_SDK_UA_APP_ID="eksctl-$1-$2"
export SSL_CERT_FILE="$NODE_EXTRA_CA_CERTS"
`,
  helm: `for argument; do
  case "$argument" in */${karpenterArchive})
    [ -f "$argument" ] || echo '[local region] karpenter is being built; the build waits for it' >&2
    until [ -f "$argument" ]; do
      if [ -f "$argument.failed" ]; then cat "$argument.failed" >&2; exit 1; fi
      sleep 1
    done
  esac
done
`,
};

/**
 * Puts programs on the path of the builds: kubectl, and those of {@link builtForBuilds}, for which who calls one before it
 * is there waits.
 *
 * @param bin the folder; made if it is not there
 * @param kubectl its command line
 * @returns tells those who wait for a program that it will not be there, with why
 */
export async function installPrograms(
  bin: string,
  kubectl: readonly string[],
): Promise<(program: BuiltProgram, reason: string) => Promise<void>> {
  await mkdir(bin, { recursive: true });
  const failure = (program: BuiltProgram): string => join(bin, `${program}.failed`);
  await script(join(bin, 'kubectl'), `exec ${kubectl.map(quote).join(' ')} "$@"\n`);
  for (const program of builtForBuilds) {
    const path = quote(await programPath(program));
    await script(
      join(bin, program),
      `[ -x ${path} ] || echo '[local region] ${program} is being built; the build waits for it' >&2
until [ -x ${path} ]; do
  if [ -f ${quote(failure(program))} ]; then cat ${quote(failure(program))} >&2; exit 1; fi
  sleep 1
done
${preparations[program]}exec ${path} "$@"
`,
    );
  }
  return (program, reason) => writeFile(failure(program), `${reason}\n`);
}

async function script(file: string, commands: string): Promise<void> {
  await writeFile(file, `#!/bin/sh\n${commands}`);
  await chmod(file, 0o755);
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
