import type { AwsClients } from '../../adapters/aws/clients';
import { headObject, parseS3Url } from '../../adapters/aws/s3';
import type { Finding } from './findings';

/** A server that has the file answers within a second. */
const headTimeoutMs = 10_000;

/**
 * Whether the archive of Kubeflow is where the configuration says, which the build would find out when the cluster stands.
 *
 * @param fromHere whether this function stands where the build does; else an https address may answer there alone
 */
export async function checkArchive(
  clients: AwsClients,
  url: string | undefined,
  fromHere: boolean,
): Promise<Finding[]> {
  if (url === undefined) return [];
  const place = parseS3Url(url);
  const status = place === undefined ? await headOf(url, fromHere) : await headObject(clients, place);
  if (status === undefined) return [];
  const mayBe =
    place !== undefined && status === 403 ? ', which S3 also says of a file that is not there' : '';
  return [
    {
      name: 'InvalidConfiguration',
      message: `\`kubeflow.source.archive.url\` is ${url}, which answers ${status}${mayBe}. Copy the archive there (npm run mirror:pack), or correct the address.`,
    },
  ];
}

/** The refusal of a server; nothing where it does not refuse, or cannot be reached from here. */
async function headOf(url: string, fromHere: boolean): Promise<number | undefined> {
  if (!fromHere) return undefined;
  try {
    const response = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(headTimeoutMs) });
    await response.body?.cancel();
    return [404, 410].includes(response.status) ? response.status : undefined;
  } catch {
    return undefined;
  }
}
