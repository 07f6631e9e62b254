import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Puts eksctl on the path of the builds before it is there: the region builds it beside the steps that do not need it, and
 * who calls it waits.
 *
 * It works with the region's gateway, but for the tokens with which it enters clusters: these are requests to STS that it
 * signs and does not send, and must be to the address that the cluster's authenticator knows.
 *
 * @param bin the folder
 * @param program where eksctl is, or will be
 * @returns tells the waiting that it will not be there, with why
 */
export async function installEksctl(
  bin: string,
  program: string,
): Promise<(reason: string) => Promise<void>> {
  const failure = join(bin, 'eksctl.failed');
  const script = join(bin, 'eksctl');
  await writeFile(
    script,
    `#!/bin/sh
waited=0
until [ -x '${program}' ]; do
  if [ -f '${failure}' ]; then cat '${failure}' >&2; exit 1; fi
  [ $((waited % 30)) -eq 0 ] && echo "[local region] eksctl is being built, $waited s waited"
  sleep 1; waited=$((waited + 1))
done
export AWS_STS_ENDPOINT="$AWS_ENDPOINT_URL" AWS_ENDPOINT_URL_STS="https://sts.$AWS_REGION.amazonaws.com"
export AWS_SDK_UA_APP_ID="eksctl-$1-$2"
export SSL_CERT_FILE="$NODE_EXTRA_CA_CERTS"
exec '${program}' "$@"
`,
  );
  await chmod(script, 0o755);
  return (reason) => writeFile(failure, `${reason}\n`);
}
