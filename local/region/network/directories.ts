import {
  DescribeUserPoolCommand,
  type CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { ownerTag } from '../../../core/naming';
import {
  Adfs,
  documentedRules,
  signInAddress,
  People,
  type DirectorySettings,
  type RelyingParty,
} from '../../adfs';
import type { Authority } from './authority';

export interface DirectoriesOptions {
  cognito: CognitoIdentityProviderClient;
  authority: Authority;
  /** Where host names and prefixes are kept across a restart. */
  file: string;
}

interface Kept {
  /** The hosts of ADFS, and what is known of the others. */
  hosts: string[];
  others?: Record<string, DirectorySettings>;
  /** `access.group_prefix` by the deployment's name. */
  prefixes: Record<string, string>;
}

const identifierPattern = /^urn:amazon:cognito:sp:([\w-]+)$/;

/** The region's directories: one behind each host name that a configuration has, over the same people. */
export class Directories {
  readonly people = new People();
  private readonly byHost = new Map<string, Adfs>();
  private readonly others = new Map<string, DirectorySettings>();
  private readonly prefixes = new Map<string, string>();

  constructor(private readonly options: DirectoriesOptions) {}

  find(host: string): Adfs | undefined {
    return this.byHost.get(host);
  }

  /**
   * Puts a directory behind a host name, an ADFS unless its settings say otherwise; it keeps its certificates as long as
   * the region lives, or until a configuration has other settings for the host.
   */
  async add(host: string, settings?: DirectorySettings): Promise<void> {
    const other = settings?.kind === 'adfs' ? undefined : settings;
    if (this.byHost.has(host) && isDeepStrictEqual(this.others.get(host), other)) return;
    if (other === undefined) this.others.delete(host);
    else this.others.set(host, other);
    const { authority } = this.options;
    const signing = await Promise.all([
      authority.signingCertificate(`ADFS Signing - ${host}`),
      authority.signingCertificate(`ADFS Signing - ${host} (next)`),
    ]);
    const { people } = this;
    this.byHost.set(
      host,
      new Adfs({
        host,
        settings: other,
        people,
        signing,
        relyingParty: (identifier) => this.trustOf(identifier),
      }),
    );
    await this.keep();
  }

  /** What an administrator of ADFS is told of a deployment: the prefix of the groups to be sent. */
  async trust(deployment: string, groupPrefix: string): Promise<void> {
    this.prefixes.set(deployment, groupPrefix);
    await this.keep();
  }

  /**
   * An address by way of every directory, at which the browser is then signed in as somebody; the address itself for nobody.
   *
   * @returns nothing where no directory knows the e-mail address
   */
  signedIn(email: string | undefined, address: string): string | undefined {
    if (email === undefined) return address;
    const person = this.people.find(email);
    if (person === undefined) return undefined;
    return [...this.byHost.keys()].reduce((next, host) => signInAddress(host, person.account, next), address);
  }

  /** Puts up again what an earlier run had. */
  async restore(): Promise<void> {
    const { file } = this.options;
    if (!existsSync(file)) return;
    const { hosts, others = {}, prefixes } = JSON.parse(await readFile(file, 'utf8')) as Kept;
    for (const [deployment, prefix] of Object.entries(prefixes)) this.prefixes.set(deployment, prefix);
    for (const host of hosts) await this.add(host, others[host]);
  }

  /** Set up as docs/adfs.md says, for every pool of a deployment. */
  private async trustOf(identifier: string): Promise<RelyingParty | undefined> {
    const UserPoolId = identifierPattern.exec(identifier)?.[1];
    if (UserPoolId === undefined) return undefined;
    try {
      const { UserPool: pool } = await this.options.cognito.send(new DescribeUserPoolCommand({ UserPoolId }));
      // moto shows a custom domain as Domain where nobody corrects it.
      const domain = pool?.CustomDomain ?? pool?.Domain;
      const prefix = this.prefixes.get(pool?.UserPoolTags?.[ownerTag] ?? '') ?? '';
      return domain === undefined
        ? undefined
        : {
            endpoint: `https://${domain}/saml2/idpresponse`,
            rules: documentedRules(prefix).join('\n'),
            groupPrefix: prefix,
          };
    } catch {
      return undefined;
    }
  }

  private async keep(): Promise<void> {
    const kept: Kept = {
      hosts: [...this.byHost.keys()],
      others: Object.fromEntries(this.others),
      prefixes: Object.fromEntries(this.prefixes),
    };
    await writeFile(this.options.file, JSON.stringify(kept));
  }
}
