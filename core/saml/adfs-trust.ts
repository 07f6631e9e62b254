import { everybodyGroup } from '../access/everybody';

const claims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
const cognito = 'https://aws.amazon.com/SAML/Attributes';
const account =
  'c:[Type == "http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname", Issuer == "AD AUTHORITY"]';

/** Claim types with a meaning of their own in an assertion. */
export const nameIdentifier = `${claims}/nameidentifier`;
export const nameIdentifierFormat = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claimproperties/format';

/** A claim rule: what it is called in ADFS' console, and its text in ADFS' claim rule language. */
export interface ClaimRule {
  readonly name: string;
  readonly text: string;
}

/** What an administrator of ADFS sets up for a deployment. */
export interface AdfsTrust {
  /** What its pool is called by in SAML; without the pool's id, which Cognito chooses, nothing is known of it. */
  readonly identifier?: string;
  /** The assertion consumer, by the POST binding. */
  readonly endpoint: string;
  readonly claimRules: readonly ClaimRule[];
}

/** Identifier of a user pool as a SAML service provider (Cognito's developer guide, "SAML identity provider names"). */
export const serviceProviderOf = (userPoolId: string): string => `urn:amazon:cognito:sp:${userPoolId}`;

/**
 * The trust of a deployment: docs/adfs.md explains it, `kubeflow-eks idp` prints it, and the local region's ADFS runs it.
 *
 * @param options.groupPrefix `access.group_prefix`; every group of a person is sent where it is empty
 * @throws RangeError for a prefix that cannot stand in a claim rule
 */
export function adfsTrust(options: {
  cognitoDomain: string;
  groupPrefix: string;
  userPoolId?: string;
}): AdfsTrust {
  const { cognitoDomain, groupPrefix, userPoolId } = options;
  return {
    ...(userPoolId !== undefined && { identifier: serviceProviderOf(userPoolId) }),
    endpoint: `https://${cognitoDomain}/saml2/idpresponse`,
    claimRules: claimRules(groupPrefix),
  };
}

/** The claim rules, one after the other: a rule reads what those before it have added. */
export function claimRules(groupPrefix: string): ClaimRule[] {
  // Neither can be written within the quotes of a rule, nor in the lines of a script.
  if (/["\p{Cc}]/u.test(groupPrefix))
    throw new RangeError(`the prefix ${JSON.stringify(groupPrefix)} cannot stand in a claim rule of ADFS`);
  return [
    {
      name: 'E-mail',
      text: `${account}
 => issue(store = "Active Directory", types = ("${claims}/emailaddress"), query = ";mail;{0}", param = c.Value);`,
    },
    {
      name: 'Identifier of the account',
      text: `${account}
 => add(store = "Active Directory", types = ("urn:kubeflow:id"), query = ";objectGUID;{0}", param = c.Value);`,
    },
    {
      name: 'Name ID',
      text: `c:[Type == "urn:kubeflow:id"]
 => issue(Type = "${nameIdentifier}", Value = c.Value, Properties["${nameIdentifierFormat}"] = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent");`,
    },
    {
      name: 'E-mail is verified',
      text: `=> issue(Type = "${cognito}/validation", Value = "true");`,
    },
    {
      name: 'Groups of the account',
      text: `${account}
 => add(store = "Active Directory", types = ("urn:kubeflow:groups"), query = ";tokenGroups;{0}", param = c.Value);`,
    },
    {
      name: 'Groups that matter',
      text: `c:[Type == "urn:kubeflow:groups", Value =~ "(?i)^${groupPrefix.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}"]
 => issue(Type = "${cognito}/Role", Value = c.Value);`,
    },
    {
      name: 'A group that everybody has',
      text: `=> issue(Type = "${cognito}/Role", Value = "${everybodyGroup}");`,
    },
  ];
}

/** Rules as ADFS takes them in one text, each with the name that its console shows. */
export function claimRuleSet(rules: readonly ClaimRule[]): string {
  return rules.map(({ name, text }) => `@RuleName = "${name}"\n${text}`).join('\n\n');
}
