import { ACMClient, DescribeCertificateCommand, ListCertificatesCommand } from '@aws-sdk/client-acm';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import type { AwsClients } from '../../../adapters/aws/clients';
import type { AccountInMoto, Prepared } from '../account-in-moto';
import { deploymentState } from '../deployment-state';

/**
 * As one line for each value: everything in an account that a workflow could have made or changed: what {@link deploymentState} reads, and what would
 * only be there more than once, such as certificates and topics.
 */
export async function accountState(
  account: AccountInMoto,
  clients: AwsClients,
  prepared: Prepared,
): Promise<string[]> {
  const state = {
    ...(await deploymentState(account, clients, prepared)),
    certificates: await readCertificates(clients),
    topics: await readTopics(clients),
    beside: account.beside(),
  };
  return linesOf(JSON.parse(withoutIds(JSON.stringify(state)))).filter((line) => !ofOneAttempt.test(line));
}

/**
 * What a resync says that it mended in DNS: an attempt after one that did it, or another resync, finds it in place and says
 * so. The records themselves are compared.
 */
const ofOneAttempt =
  /^\/parts\/registry\[\](?:\/results\/dns\/findings\/(?:changeIds|observed\[\]\/state)|\/warnings\[\] = "the record \S+ was created")/;

/** What is there and should not be (`+`), and what is not there and should be (`-`). */
export function differences(is: readonly string[], should: readonly string[]): string[] {
  return [
    ...without(is, should).map((line) => `+ ${line}`),
    ...without(should, is).map((line) => `- ${line}`),
  ];
}

/** The lines of a list that the other has not, or has less often. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const rest = [...other];
  return list.filter((line) => {
    const index = rest.indexOf(line);
    if (index !== -1) rest.splice(index, 1);
    return index === -1;
  });
}

function linesOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [`${path} = ${JSON.stringify(value)}`];
  return Object.entries(value)
    .flatMap(([key, item]) => linesOf(item, Array.isArray(value) ? `${path}[]` : `${path}/${key}`))
    .sort();
}

/** Ids differ from run to run, and so do executions. */
function withoutIds(text: string): string {
  return text
    .replaceAll(/execution:([\w-]+):run-\d+/g, 'execution:$1:<run>')
    .replaceAll(/\b[a-z]{2}-[a-z]+-\d_[\w]+/g, '<pool>')
    .replaceAll(/"(expiresAt|lastModified)":\d+/g, '"$1":0')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>');
}

async function readCertificates(clients: AwsClients): Promise<string[]> {
  const found: string[] = [];
  for (const region of new Set([clients.region, 'us-east-1'])) {
    const acm = clients.get(ACMClient, region);
    const { CertificateSummaryList: list = [] } = await acm.send(new ListCertificatesCommand({}));
    for (const { CertificateArn } of list) {
      const { Certificate: one } = await acm.send(new DescribeCertificateCommand({ CertificateArn }));
      const names = (one?.SubjectAlternativeNames ?? []).toSorted().join(' ');
      found.push(`${region} ${names} ${one?.Status ?? ''}`);
    }
  }
  return found.sort();
}

async function readTopics(clients: AwsClients): Promise<string[]> {
  const { Topics: topics = [] } = await clients.get(SNSClient).send(new ListTopicsCommand({}));
  return topics.map(({ TopicArn = '' }) => TopicArn).sort();
}
