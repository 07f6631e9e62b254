import { everybodyGroup } from '../../core/access/everybody';

const claims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
const cognito = 'https://aws.amazon.com/SAML/Attributes';
const account =
  'c:[Type == "http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname", Issuer == "AD AUTHORITY"]';

/** Claim types with a meaning of their own in an assertion. */
export const nameIdentifier = `${claims}/nameidentifier`;
export const nameIdentifierFormat = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claimproperties/format';

/**
 * The claim rules that docs/adfs.md tells an administrator to set, one after the other.
 *
 * @param groupPrefix `access.group_prefix` of the configuration
 */
export function documentedRules(groupPrefix: string): string[] {
  return [
    `${account}
 => issue(store = "Active Directory", types = ("${claims}/emailaddress"), query = ";mail;{0}", param = c.Value);`,
    `${account}
 => add(store = "Active Directory", types = ("urn:kubeflow:id"), query = ";objectGUID;{0}", param = c.Value);`,
    `c:[Type == "urn:kubeflow:id"]
 => issue(Type = "${nameIdentifier}", Value = c.Value, Properties["${nameIdentifierFormat}"] = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent");`,
    `=> issue(Type = "${cognito}/validation", Value = "true");`,
    `${account}
 => add(store = "Active Directory", types = ("urn:kubeflow:groups"), query = ";tokenGroups;{0}", param = c.Value);`,
    `c:[Type == "urn:kubeflow:groups", Value =~ "(?i)^${groupPrefix.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}"]
 => issue(Type = "${cognito}/Role", Value = c.Value);`,
    `=> issue(Type = "${cognito}/Role", Value = "${everybodyGroup}");`,
  ];
}
