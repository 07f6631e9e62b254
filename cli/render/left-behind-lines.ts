import type { LeftBehind } from '../../isolation/left-behind';

/** Pods that are named; the rest are counted. */
const named = 5;

/** What a person may have left in the namespaces that they could edit, a line each. */
export function leftBehindLines(email: string, leftBehind: readonly LeftBehind[]): string[] {
  return leftBehind.flatMap(({ namespace, pods, lastingTokens }) => [
    `${email} could run what they liked in ${namespace}: look at its pods, notebooks and recurring runs (kubectl -n ${namespace} get pods)`,
    ...(pods === undefined || pods.length === 0
      ? []
      : [
          `  running there: ${pods.slice(0, named).join(', ')}${pods.length > named ? ` and ${pods.length - named} more` : ''}`,
        ]),
    ...(lastingTokens === undefined
      ? [
          '  its Secrets may not be read with these rights: look for the type kubernetes.io/service-account-token',
        ]
      : lastingTokens.map(
          (secret) => `  a token that never ends: kubectl -n ${namespace} delete secret ${secret}`,
        )),
  ]);
}
