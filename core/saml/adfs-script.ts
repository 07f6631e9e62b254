import { claimRuleSet, serviceProviderOf, type AdfsTrust } from './adfs-trust';

/** What a script is for. */
export interface AdfsScriptOptions {
  deployment: string;
  /** The address of its Kubeflow, for people. */
  kubeflowDomain: string;
  /** Not there before the first provisioning: the script asks for it then. */
  userPoolId?: string;
  trust: AdfsTrust;
}

/**
 * A PowerShell script that sets up the relying party trust of a deployment on an ADFS server (Windows Server 2016 and later), or
 * brings the one that is there in line. It says which trusts of former pools are left, and removes none.
 *
 * Its cmdlets are those of the module ADFS: New-AdfsSamlEndpoint, Get-, Add- and Set-AdfsRelyingPartyTrust
 * (MicrosoftDocs/windows-powershell-docs, docset/winserver2022-ps/adfs).
 */
export function adfsScript({ deployment, kubeflowDomain, userPoolId, trust }: AdfsScriptOptions): string {
  const script = `#Requires -Version 5.1
#Requires -Modules ADFS
#Requires -RunAsAdministrator
<#
Relying party trust of the Kubeflow deployment ${deployment}, https://${kubeflowDomain}.
Run it on the primary ADFS server; running it again changes nothing but what differs.
A user pool that is re-created (destroy, then start) has another id, and needs another trust: run a new script then.
#>
param(
${
  userPoolId === undefined
    ? `  # An output of the provisioning, and of: kubeflow-eks status ${deployment} --json
  [Parameter(Mandatory = $true)]
  [ValidatePattern('^[a-z]{2}-[a-z]+-\\d_[A-Za-z0-9]+$')]
  [string] $UserPoolId`
    : `  [string] $UserPoolId = ${quoted(userPoolId)}`
}
)
$ErrorActionPreference = 'Stop'

$family = ${quoted(`Kubeflow ${deployment}`)}
$name = "$family ($UserPoolId)"
$identifier = "${serviceProviderOf('$UserPoolId')}"

$settings = @{
  SamlEndpoint = New-AdfsSamlEndpoint -Binding 'POST' -Protocol 'SAMLAssertionConsumer' -Uri ${quoted(trust.endpoint)} -Index 0 -IsDefault $true
  SignatureAlgorithm = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
  Notes = ${quoted(`https://${kubeflowDomain}, by way of Amazon Cognito`)}
  IssuanceTransformRules = @'
${claimRuleSet(trust.claimRules)}
'@
}

$trust = Get-AdfsRelyingPartyTrust -Identifier $identifier
if ($null -eq $trust) {
  # Who may log in is the directory's to say; who may do something in Kubeflow, their groups.
  Add-AdfsRelyingPartyTrust -Name $name -Identifier $identifier -AccessControlPolicyName 'Permit everyone' @settings
  Write-Output "made: $name"
} else {
  # Whatever access control policy somebody has chosen since stays.
  Set-AdfsRelyingPartyTrust -TargetIdentifier $identifier @settings
  Write-Output "brought in line: $($trust.Name)"
}

$former = Get-AdfsRelyingPartyTrust | Where-Object { $_.Name -like "$family (*" -and $_.Identifier -notcontains $identifier }
foreach ($one in $former) {
  Write-Warning "$($one.Name) is of a pool that $family may not have any more. Remove it when nobody logs in by it: Remove-AdfsRelyingPartyTrust -TargetName '$($one.Name)'"
}
`;
  // Windows PowerShell takes a file without a mark for one in the machine's code page.
  return /^\p{ASCII}*$/u.test(script) ? script : `\uFEFF${script}`;
}

/** A literal string: nothing in it is expanded. PowerShell takes typographic quotes for quotes, too. */
function quoted(text: string): string {
  return `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`;
}
