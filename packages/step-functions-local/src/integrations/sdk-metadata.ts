/** Headers whose names AWS' service shows in another case than HTTP libraries do. */
function headerName(name: string): string {
  return name
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('-')
    .replace(/^X-Amzn-(?=Request|Remapped)/i, 'x-amzn-')
    .replace('Requestid', 'RequestId');
}

/** The metadata that optimised integrations put beside an API's answer. */
export function sdkMetadata(answer: {
  readonly headers: Readonly<Record<string, string>>;
  readonly statusCode: number;
  readonly requestId: string;
}): Record<string, unknown> {
  const entries = Object.entries(answer.headers).map(([name, value]) => [headerName(name), value] as const);
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(entries.map(([name, value]) => [name, [value]])),
      HttpHeaders: Object.fromEntries(entries),
      HttpStatusCode: answer.statusCode,
    },
    SdkResponseMetadata: { RequestId: answer.requestId },
  };
}
