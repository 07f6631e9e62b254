import { spawn } from 'node:child_process';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { repositoryRoot } from '../../infra/bundle';
import { productVersion } from '../../core/product-version';
import { progressExcerpt } from './progress-excerpt';
import { stableText } from './stable-text';

/** Ids of the account that the sample does not ask for, as somebody types them. */
const typed = {
  account: '111122223333',
  vpc: 'vpc-0123456789abcdef0',
  key: 'arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555',
} as const;

/** Where the session takes place. */
export interface Machine {
  /** Folder with the command. */
  bin: string;
  /** Folder in which the commands are typed; made if it is not there. */
  work: string;
  /** `KUBEFLOW_EKS_CACHE` */
  cache: string;
}

/** What a command wrote. */
interface Written {
  code: number;
  out: string;
  err: string;
}

/** Somebody's first hour: runs its commands, and tells of them in Markdown. */
export async function firstHour(machine: Machine): Promise<string> {
  await mkdir(machine.work, { recursive: true });
  for (const [file, name] of [
    ['terraform.tfvars', 'terraform.tfvars'],
    ['acme.users.yaml', 'users.yaml'],
  ] as const)
    await copyFile(join(repositoryRoot, 'examples', file), join(machine.work, name));

  /** A block of the document: the line as it was typed, and what came of it. */
  const shown = async (
    line: string,
    excerpt: (written: Written) => string = ({ out, err }) => err + out,
    code = 0,
  ): Promise<string> => {
    const written = await type(machine, line);
    if (written.code !== code)
      throw new Error(`${line}: exit code ${written.code}, not ${code}\n${written.out}${written.err}`);
    const output = stableText(excerpt(written), {
      folders: { [machine.work]: '~/kubeflow' },
      typed: Object.values(typed),
      columns: ['ms', 'reads', 'writes'],
    });
    const said = output.replaceAll(productVersion, '<version>');
    return console(`$ ${line.replaceAll('\n', '\n> ')}\n${said}`.trim());
  };

  const read = async (file: string): Promise<string> =>
    console(`$ cat ${file}\n${(await readFile(join(machine.work, file), 'utf8')).trim()}`);

  const groups = 'AWS-team-a,AWS-team-b-viewers,AWS-kube-system,Printers';
  const parts = [
    head,
    console(
      '$ npm run --silent package\n…/dist/kubeflow-eks-<version>.tgz\n$ npm install --global dist/kubeflow-eks-<version>.tgz',
    ),
    'From here on the checkout is not needed. In another folder, any:',
    await shown('kubeflow-eks --version'),
    '## A configuration',
    paragraph(
      'Who has a `terraform.tfvars` of the sample begins with it; who has none calls `kubeflow-eks init` alone, which asks.',
    ),
    await read('terraform.tfvars'),
    'What the sample did not ask for is given beside it. `init` says what it has mended and what it could not take.',
    await shown(
      `kubeflow-eks init demo.yaml --from terraform.tfvars --yes --account-id ${typed.account} \\\n` +
        `  --vpc-id ${typed.vpc} \\\n  --kms-key-arn ${typed.key}`,
    ),
    await shown('kubeflow-eks validate demo.yaml'),
    'A mistake is told with its line, before anything is asked of AWS; the exit code is 2.',
    await shown("sed 's/us-east-1$/us-esat-1/' demo.yaml | kubeflow-eks validate -", undefined, 2),
    '## Who will get what',
    'Groups of the directory become access to namespaces. What a list of groups would give, and why:',
    await shown(`kubeflow-eks explain demo.yaml --groups ${groups}`),
    'It says what to set. With the prefix, and with roles by the ends of names:',
    await shown(
      `echo 'access: { group_prefix: AWS-, role_suffixes: { -viewers: view, -admins: admin } }' >> demo.yaml`,
    ),
    await shown(`kubeflow-eks explain demo.yaml --groups ${groups}`),
    '## A rehearsal',
    'A whole provisioning in a local region, on this machine alone, with people who log in afterwards:',
    await read('users.yaml'),
    paragraph(
      'Before the first one the programs of the local region are built, which takes a quarter of an hour on two cores, ' +
        'once. What is left out below is marked `[…]`.',
    ),
    await shown(
      'kubeflow-eks rehearse demo.yaml --users users.yaml --report demo.html',
      ({ out, err }) => `${progressExcerpt(err)}\n${out}`,
    ),
    '## The report',
    paragraph(
      `\`demo.html\` is one file that asks nobody for anything, to be shown around. It has: ${(
        await titlesOf(join(machine.work, 'demo.html'))
      ).join(', ')}. \`kubeflow-eks report NAME\` writes the same of any execution on AWS.`,
    ),
    tail,
  ];
  return `${parts.join('\n\n')}\n`;
}

const head = `# The first hour

Written by \`npm run docs:first-hour\`, which runs every command here; a test compares. Times, ids that are made up and
paths are replaced by words. It needs what [the README](../README.md#two-commands) names, and no AWS account.

## Installing

A release has the tarball; from a checkout it is made:`;

const tail = `## And then

- Log in yourself, in a browser, to a region that stays up: the three commands at the end of the rehearsal
  ([how a person logs in](login.md)).
- Change \`demo.yaml\`: [every key](configuration.md), and [what changing it does](changes.md).
- \`rehearse … --fail "Ensure app client" --retry\`: a failure, and how one goes on.
- On AWS: [the README](../README.md#use-it-on-aws); [coming from the sample](guides/terraform-sample.md).`;

/** In lines of at most 120 characters. */
function paragraph(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.length + word.length >= 120) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join('\n');
}

const console = (text: string): string => `\`\`\`console\n${text}\n\`\`\``;

/** Settings of whoever runs this that somebody new has not; with the last a cache would have more than it is to have. */
const notTheirs =
  /^(?:AWS_|npm_|JEST_|NODE_|INIT_CWD$|CI$|FORCE_COLOR$|KUBEFLOW_EKS_(?:REGION_DIR|PROGRAM_(?:ENVOY|OAUTH2|PILOT)))/;

/** Runs a line in a shell, as somebody without AWS credentials. */
async function type({ bin, work, cache }: Machine, line: string): Promise<Written> {
  const own = Object.entries(process.env).filter(([name]) => !notTheirs.test(name));
  const child = spawn('sh', ['-c', line], {
    cwd: work,
    env: {
      ...Object.fromEntries(own),
      PATH: [bin, process.env['PATH']].join(delimiter),
      KUBEFLOW_EKS_CACHE: cache,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (ended) => {
        resolve(ended ?? 1);
      });
    }),
  ]);
  return { code, out, err };
}

/** The titles of a report's sections. */
async function titlesOf(page: string): Promise<string[]> {
  const titles = (await readFile(page, 'utf8')).matchAll(/<h2[^>]*>(.*?)<\/h2>/gs);
  return [...titles].map(([, title = '']) =>
    title
      .replace(/<small>.*/s, '')
      .replaceAll(/<[^>]*>/g, '')
      .trim(),
  );
}
