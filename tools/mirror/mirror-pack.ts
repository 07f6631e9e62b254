/** `npm run mirror:pack -- CHECKOUT --out FILE.tar.gz`: the distribution as an archive for networks without egress. */
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { kubeflowDistribution } from '../../core/versions';
import { run } from '../../builds/support/command';
import { runMain } from '../../builds/support/run-main';
import { sha256 } from '../../builds/tools/verify';
import { packDistribution } from '../upstream/pack';
import { renderDistribution } from '../upstream/render-all';
import { inspectCheckout } from '../upstream/report';
import { sampleInput } from '../upstream/sample';
import { checkoutHelp, checkoutOptions, checkoutTools, oneCheckout } from '../upstream/tools';

const help = `usage: npm run mirror:pack -- CHECKOUT --out FILE.tar.gz [options]

Packs a checkout of the distribution, with its components rendered, for networks without egress.

  --out FILE.tar.gz    what to write
${checkoutHelp}
  --any-commit         pack a checkout that is not the pinned commit, too
`;

runMain(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...checkoutOptions,
      out: { type: 'string' },
      'any-commit': { type: 'boolean' },
    },
  });
  const checkout = oneCheckout(help, values.out === undefined ? [] : positionals, values.help);
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const { commit, problems } = await inspectCheckout(checkout, run);
  if (commit === undefined)
    problems.push(`${checkout} is no git checkout, so nobody can say which commit it is`);
  problems.forEach(say);
  if (problems.length > 0 && values['any-commit'] !== true) {
    throw new Error(`check out ${kubeflowDistribution.git.commit} without changes, or add --any-commit`);
  }
  const rendered = await renderDistribution(
    sampleInput(),
    await checkoutTools(checkout, values, { run, say }),
  );
  const archive = await packDistribution(checkout, rendered);
  const file = values.out ?? '';
  await writeFile(file, archive);
  const digest = sha256(archive);
  process.stdout.write(`${digest}  ${file}

# Copy it to a bucket of the deployment's account:
#   aws s3 cp ${file} s3://BUCKET/kubeflow/${basename(file)}
# and name it in the configuration:
kubeflow:
  source:
    archive:
      url: s3://BUCKET/kubeflow/${basename(file)}
      sha256: ${digest}
`);
});
