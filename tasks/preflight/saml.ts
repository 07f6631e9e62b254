import { decodeText } from '../../core/decode-text';
import { UserError } from '../../core/errors';
import {
  daysUntilExpiry,
  maximumMetadataLength,
  parseSamlMetadata,
  whyNotValidAt,
  type SamlMetadata,
} from '../../core/saml/saml-metadata';
import type { unknownMetadata } from '../../core/handover/registered-configuration';
import type { Finding } from './findings';

/** A directory answers within a second; a network path that does not is one that Cognito would not have either. */
const fetchTimeoutMs = 15_000;

/** Below this many days an operator is told to roll the certificate. */
const expiryWarningDays = 30;

/** Where the metadata comes from. */
export type SamlSource =
  | { url: string; inline?: undefined }
  | { inline: string; url?: undefined }
  | (typeof unknownMetadata & { url?: undefined });

export interface SamlCheck {
  entityId?: string;
  findings: Finding[];
  warnings: string[];
}

/** Whether Cognito could use the metadata, and for how long. Of one whose text is not known, nothing can be said. */
export async function checkSamlMetadata(source: SamlSource, now: Date): Promise<SamlCheck> {
  let text: string;
  if (source.inline === true) return { findings: [], warnings: [] };
  if (source.inline === undefined) {
    const fetched = await fetchMetadata(source.url);
    if ('finding' in fetched) return { findings: [fetched.finding], warnings: [] };
    text = fetched.text;
  } else {
    text = source.inline;
  }
  const origin = source.inline === undefined ? source.url : 'the configuration';
  try {
    const metadata = parseSamlMetadata(text);
    const why = whyNotValidAt(metadata, now);
    if (why !== undefined) {
      const message = `the SAML metadata of ${origin} cannot be used, nobody could log in: ${why}, then retry.`;
      return { findings: [{ name: 'SamlMetadataUnusable', message }], warnings: [] };
    }
    return { entityId: metadata.entityId, findings: [], warnings: warningsOf(metadata, origin, now) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return {
      findings: [{ name: 'SamlMetadataUnusable', message: `${origin}: ${error.message}` }],
      warnings: [],
    };
  }
}

function warningsOf(metadata: SamlMetadata, origin: string, now: Date): string[] {
  const days = daysUntilExpiry(metadata, now);
  return [
    ...(days < expiryWarningDays
      ? [`the last signing certificate in the SAML metadata of ${origin} expires in ${days} days`]
      : []),
    ...(/^http:/i.test(metadata.singleSignOn)
      ? [`the sign-on address ${metadata.singleSignOn} in the SAML metadata of ${origin} is not https`]
      : []),
  ];
}

async function fetchMetadata(url: string): Promise<{ text: string } | { finding: Finding }> {
  const expected = 'Expected the federation metadata of the identity provider';
  let response: Response;
  try {
    response = await fetch(url, {
      signal: AbortSignal.timeout(fetchTimeoutMs),
      // As the resync does it: an address that only leads elsewhere would pass here and fail there every hour.
      redirect: 'manual',
      headers: { accept: 'application/samlmetadata+xml, application/xml, text/xml' },
    });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      const target = response.headers.get('location') ?? 'nowhere';
      const message = `${url} redirects to ${target}, and only the document's own address can be watched. ${expected}. Give that as \`identity_provider.metadata\` or \`saml_metadata.url\`.`;
      return { finding: { name: 'SamlMetadataUnusable', message } };
    }
    if (!response.ok) {
      await response.body?.cancel();
      const message = `${url} answered ${response.status}. ${expected}. Correct \`adfs_url\`, \`identity_provider.metadata\` or \`saml_metadata\`.`;
      return {
        finding: { name: response.status >= 500 ? 'DirectoryUnreachable' : 'SamlMetadataUnusable', message },
      };
    }
    return { text: await readBounded(response) };
  } catch (error) {
    if (error instanceof TooLong) {
      const message = `${url} is longer than ${maximumMetadataLength} bytes, which Cognito does not take. ${expected}.`;
      return { finding: { name: 'SamlMetadataUnusable', message } };
    }
    const { cause, message: text, name } = error as Error & { cause?: { code?: string; message?: string } };
    const reason =
      name === 'TimeoutError'
        ? `no answer within ${fetchTimeoutMs / 1000} s`
        : (cause?.code ?? cause?.message ?? text);
    return {
      finding: {
        name: 'DirectoryUnreachable',
        message: `${url} could not be fetched (${reason}). ${expected}. Open it to the internet, which Cognito needs as well, or give the document itself in \`saml_metadata\`.`,
      },
    };
  }
}

class TooLong extends Error {}

/** Reads a body of at most what Cognito takes: an endless one must not fill the memory. */
async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maximumMetadataLength) throw new TooLong();
    chunks.push(chunk);
  }
  return decodeText(Buffer.concat(chunks));
}
