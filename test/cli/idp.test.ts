import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { adfsScript } from '../../core/saml/adfs-script';
import { adfsTrust } from '../../core/saml/adfs-trust';
import { documentedRules } from '../../local/adfs';
import { runClaimRules } from '../../local/adfs/claim-rules';
import { makeTempDir } from '../../local/processes/temp-dir';
import { minimalConfiguration } from '../support/minimal-configuration';
import { cli, documentOf } from './recording-host';

/**
 * The parameters that the script may use (module ADFS of Windows Server 2022, MicrosoftDocs/windows-powershell-docs,
 * docset/winserver2022-ps/adfs/<cmdlet>.md, and Microsoft.PowerShell.Utility).
 */
const parameters: Readonly<Record<string, readonly string[]>> = {
  'New-AdfsSamlEndpoint': ['Binding', 'Protocol', 'Uri', 'IsDefault', 'Index', 'ResponseUri'],
  'Get-AdfsRelyingPartyTrust': ['Name', 'Identifier', 'PrefixIdentifier'],
  'Add-AdfsRelyingPartyTrust': [
    ...['Name', 'Identifier', 'SamlEndpoint', 'IssuanceTransformRules', 'AccessControlPolicyName', 'Notes'],
    ...['SignatureAlgorithm', 'IssuanceAuthorizationRules', 'EncryptClaims', 'Enabled', 'PassThru'],
  ],
  'Set-AdfsRelyingPartyTrust': [
    ...['TargetName', 'TargetIdentifier', 'Name', 'Identifier', 'SamlEndpoint', 'IssuanceTransformRules'],
    ...['AccessControlPolicyName', 'Notes', 'SignatureAlgorithm', 'EncryptClaims', 'PassThru'],
  ],
  'Where-Object': ['FilterScript'],
  'Write-Output': ['InputObject'],
  'Write-Warning': ['Message'],
};

/** What stands in a script: test/support/parse-powershell.mjs. */
interface Parsed {
  isWhole: boolean;
  commands: { name: string; parameters: string[]; splatted: string[] }[];
  keys: string[];
  hereStrings: string[];
}

const parser = spawn(process.execPath, [join(__dirname, '../support/parse-powershell.mjs')], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const answers = createInterface({ input: parser.stdout })[Symbol.asyncIterator]();
afterAll(() => parser.kill());

/** One script after another: answers come in the order of the scripts. */
async function parse(text: string): Promise<Parsed> {
  parser.stdin.write(`${JSON.stringify(text)}\n`);
  const { value, done } = await answers.next();
  if (done === true) throw new Error('the parser has ended');
  return JSON.parse(value) as Parsed;
}

const script = (groupPrefix = 'AWS-', userPoolId?: string): string =>
  adfsScript({
    deployment: 'acme',
    kubeflowDomain: "kubeflow.o'acme.example",
    ...(userPoolId !== undefined && { userPoolId }),
    trust: adfsTrust({ cognitoDomain: 'auth.ml.acme.example', groupPrefix }),
  });

describe('the script', () => {
  test.each([
    ['before the first provisioning', undefined],
    ['of a pool', 'eu-central-1_AbCdEf123'],
  ])('%s is PowerShell, of cmdlets and parameters that there are', async (_what, userPoolId) => {
    const { isWhole, commands, keys } = await parse(script('AWS-', userPoolId));
    expect(isWhole).toBe(true);
    expect(commands.length).toBeGreaterThan(6);
    for (const { name, parameters: named, splatted } of commands) {
      const given = [...named, ...(splatted.length > 0 ? keys : [])];
      expect([name, given.filter((one) => parameters[name]?.includes(one) !== true)]).toEqual([name, []]);
    }
  });

  test('that is broken is seen by the parser', async () => {
    expect((await parse(script().replace('} else {', '} else'))).isWhole).toBe(false);
  });

  test('has the documented rules, and ADFS issues by them what the login needs', async () => {
    const [rules = ''] = (await parse(script())).hereStrings;
    for (const rule of documentedRules('AWS-')) expect(rules).toContain(rule);
    const directory: Record<string, string[]> = {
      ';mail;{0}': ['alice@acme.example'],
      ';objectGUID;{0}': ['b6ba5b3a'],
      ';tokenGroups;{0}': ['AWS-team-a', 'Sales'],
    };
    const issued = runClaimRules(
      rules,
      {
        type: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname',
        value: 'ACME\\alice',
        issuer: 'AD AUTHORITY',
      },
      (query) => directory[query] ?? [],
    );
    expect(issued.map(({ type, value }) => [type.split('/').at(-1), value])).toEqual([
      ['emailaddress', 'alice@acme.example'],
      ['nameidentifier', 'b6ba5b3a'],
      ['validation', 'true'],
      ['Role', 'AWS-team-a'],
      ['Role', 'kubeflow-everybody'],
    ]);
  });

  test.each(["it's $(1) `", 'Gruppe-ä‘’', '@'])('takes the prefix %j as it is', async (prefix) => {
    const { isWhole, hereStrings } = await parse(script(prefix));
    expect(isWhole).toBe(true);
    expect(hereStrings[0]).toContain(documentedRules(prefix)[5]);
  });

  test('begins with a mark of its encoding where Windows PowerShell needs one', () => {
    expect(script('Gruppe-ä').startsWith('\uFEFF#Requires')).toBe(true);
    expect(script().startsWith('#Requires')).toBe(true);
  });
});

describe('idp CONFIG', () => {
  const withPrefix = async (groupPrefix: string, ...options: string[]) => {
    const dir = await makeTempDir();
    try {
      const file = join(dir.path, 'acme.yaml');
      writeFileSync(file, JSON.stringify({ ...minimalConfiguration, access: { group_prefix: groupPrefix } }));
      return await cli(['idp', file, ...options]);
    } finally {
      await dir.remove();
    }
  };

  test('prints a script that asks for the id of the pool', async () => {
    const { code, out, err } = await withPrefix('AWS-');
    expect(code).toBe(0);
    expect(err).toContain('the pool is not made yet');
    expect(out).toContain('[Parameter(Mandatory = $true)]');
    expect(out).toContain('$identifier = "urn:amazon:cognito:sp:$UserPoolId"');
  });

  test('prints the values for other programs', async () => {
    const recording = await withPrefix('ML-', '--json');
    expect(documentOf(recording)).toMatchObject({
      deployment: minimalConfiguration.eks_name,
      provider: 'adfs',
      groupPrefix: 'ML-',
      trust: { claimRules: documentedRules('ML-').map((text) => ({ text })) },
    });
  });

  test('refuses a prefix that no claim rule can hold', async () => {
    const { code, err } = await withPrefix('a"b');
    expect(code).toBe(2);
    expect(err).toContain('cannot stand in a claim rule');
  });
});
