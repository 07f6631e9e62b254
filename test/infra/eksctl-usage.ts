/**
 * Writes docs/eksctl-permissions.md: which command of eksctl was seen to use which permission of the builds.
 *
 *     RECORD_EKSCTL=DIR npx jest test/end-to-end/cluster-build test/end-to-end/provision test/end-to-end/destroy
 *     npx tsx test/infra/eksctl-usage.ts DIR
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyseBuilds } from './bundle-analysis';
import { eksctlNeeds } from './eksctl-needs';

/** Why a permission stays that no command was seen to use. */
const reasons: readonly (readonly [actions: RegExp, why: string])[] = [
  [/ChangeSet$/, 'a newer eksctl adds resources to the stack of a cluster that an older one made'],
  [
    /^cloudformation:TagResource$/,
    'CloudFormation asks for it where a stack is made with tags; the region does not',
  ],
  [/^iam:(?:Delete|Get)RolePolicy$/, 'the handler of roles, for policies within one'],
  [
    /^(?:ec2:RunInstances|iam:CreateServiceLinkedRole|kms:.*)$/,
    'EKS asks for it with the rights of the caller, without a call of its own',
  ],
  [/Egress$/, 'the rules that the handler of a security group manages'],
  [
    /^ec2:(?:CreateLaunchTemplateVersion|DescribeLaunchTemplates|DescribeInstances)$/,
    'the handler of launch templates, as its schema says',
  ],
  [/^ec2:(?:Describe|Delete)NetworkInterfaces?$/, 'network interfaces that pods have left'],
  [
    /^elasticloadbalancing:DescribeLoadBalancers$/,
    'load balancers of Services and Ingresses that are left when a cluster is deleted',
  ],
];

/** @returns command → the permissions that it was seen to use */
function readRecords(folder: string): Map<string, Set<string>> {
  const commands = new Map<string, Set<string>>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const used = JSON.parse(readFileSync(join(folder, file), 'utf8')) as [string, string[]][];
    for (const [program, actions] of used) {
      const [, verb, noun] = /^eksctl-([^-]+)-(.*)$/.exec(program) ?? [];
      // Functions of the stack have a user agent of their own.
      if (verb === undefined && program !== 'CloudFormation') continue;
      const name = verb === undefined ? program : `${verb} ${noun ?? ''}`;
      for (const action of actions) commands.set(action, (commands.get(action) ?? new Set()).add(name));
    }
  }
  return commands;
}

async function main(): Promise<void> {
  const commands = readRecords(process.argv[2] ?? '');
  const ofBuilds = new Set([...(await analyseBuilds()).values()].flatMap(({ actions }) => actions));
  const actions = [...new Set(Object.values(eksctlNeeds).flat())].sort();
  const unexplained: string[] = [];
  const rows = actions.map((action) => {
    const seen = [...(commands.get(action) ?? [])].sort().join(', ');
    const why = ofBuilds.has(action)
      ? 'the code of the builds calls it'
      : reasons.find(([pattern]) => pattern.test(action))?.[1];
    if (seen === '' && why === undefined) unexplained.push(action);
    return `| \`${action}\` | ${seen} | ${seen === '' ? (why ?? '') : ''} |`;
  });
  if (unexplained.length > 0)
    throw new Error(
      `no command was seen to use these, and nothing says why they stay: ${unexplained.join(', ')}`,
    );
  writeFileSync(
    join(__dirname, '../../docs/eksctl-permissions.md'),
    `<!-- Written by \`npx tsx test/infra/eksctl-usage.ts\`. -->

# Permissions of eksctl

Which permission of the builds' roles the real eksctl was seen to use in the local region, by its command, or CloudFormation
for it; and why one stays that was not. [permissions](permissions.md) has their resources and conditions.

<!-- prettier-ignore-start -->
| permission | seen used by | why it stays |
| --- | --- | --- |
${rows.join('\n')}
<!-- prettier-ignore-end -->
`,
  );
}

void main();
