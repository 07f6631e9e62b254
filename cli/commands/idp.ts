import { serviceProviderOf, adfsTrust, type AdfsTrust } from '../../core/saml/adfs-trust';
import { directories, type DirectoryKind } from '../../core/saml/directory-kinds';
import { readConfiguration } from '../configuration-file';
import { defined } from '../../core/defined';
import { printDocument } from '../documents/print-document';
import { CliError, exitCodes, type ExitCode } from '../exit-codes';
import type { Host } from '../host';
import { connect, type TargetOptions } from '../target';
import { registrationOf } from '../read-access';

export interface IdpOptions extends TargetOptions {
  json?: boolean;
}

/** What the other side of the login is told. */
interface LoginPlace {
  deployment: string;
  kubeflowDomain: string;
  cognitoDomain: string;
  groupPrefix: string;
  /** Not known before the first provisioning: Cognito chooses it. */
  userPoolId?: string;
}

/**
 * `idp NAME|CONFIG`: what an administrator of ADFS sets up for a deployment, as a PowerShell script. By a configuration,
 * where nothing is provisioned yet: the script then asks for the pool's id.
 */
export async function idp(host: Host, subject: string, options: IdpOptions): Promise<ExitCode> {
  const place = await placeOf(host, subject, options);
  const trust = trustOf(place);
  const { adfsScript } = await import('../../core/saml/adfs-script');
  const script = adfsScript({ ...place, trust });
  const { deployment, userPoolId, groupPrefix } = place;
  if (options.json === true) {
    printDocument(host, 'IdentityProvider', {
      deployment,
      ...defined({ userPoolId }),
      provider: 'adfs',
      groupPrefix,
      trust: {
        ...defined({ identifier: trust.identifier }),
        identifierPattern: serviceProviderOf('<user pool id>'),
        endpoints: [{ binding: 'POST', protocol: 'SAMLAssertionConsumer', uri: trust.endpoint }],
        claimRules: trust.claimRules,
      },
      script,
    });
    return exitCodes.ok;
  }
  host.err(
    userPoolId === undefined
      ? 'the pool is not made yet: the script asks for its id, an output of the provisioning\n'
      : `run it on the primary ADFS server; a pool that is re-created (destroy, then start) needs another trust\n`,
  );
  host.out(script);
  return exitCodes.ok;
}

async function placeOf(host: Host, subject: string, options: IdpOptions): Promise<LoginPlace> {
  if (subject === '-' || /\.(?:ya?ml|json)$/.test(subject)) {
    const { configuration } = await readConfiguration(subject);
    requireAdfs(configuration.identity_provider.kind);
    return {
      deployment: configuration.eks_name,
      kubeflowDomain: configuration.kubeflow_domain,
      cognitoDomain: configuration.cognito_domain,
      groupPrefix: configuration.access.group_prefix,
    };
  }
  const target = await connect(host, options);
  const { configuration, identity } = await registrationOf(target.clients, subject, target);
  requireAdfs(configuration.identity_provider.kind);
  const { completeRules } = await import('../../core/access/complete-rules');
  return {
    deployment: subject,
    kubeflowDomain: configuration.kubeflow_domain,
    cognitoDomain: configuration.cognito_domain,
    groupPrefix: completeRules(configuration.access).group_prefix,
    userPoolId: identity.userPoolId,
  };
}

/** The other directories are set up on their pages. */
function requireAdfs(kind: DirectoryKind): void {
  if (kind === 'adfs') return;
  const page = kind === 'saml' ? 'README' : kind;
  throw new CliError(
    `the directory is ${directories[kind].title}, for which there is no script`,
    exitCodes.badInput,
    `see docs/directories/${page}.md for what to set up there`,
  );
}

function trustOf(place: LoginPlace): AdfsTrust {
  try {
    return adfsTrust(place);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CliError(error.message, exitCodes.badInput, 'choose another access.group_prefix');
  }
}
