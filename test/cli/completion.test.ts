import { execFileSync } from 'node:child_process';
import { cli } from './recording-host';

/** What bash proposes for the last of the words, by the script itself. */
async function proposals(...words: string[]): Promise<string[]> {
  const { out } = await cli(['completion', 'bash']);
  const typed = ['kubeflow-eks', ...words].map((word) => `'${word}'`).join(' ');
  const asked = `${out}\nCOMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _kubeflow_eks; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', asked], { encoding: 'utf8' }).trim().split('\n');
}

describe('completion in bash', () => {
  test.each([
    [['va'], ['validate']],
    [
      ['local', ''],
      ['up', 'down', 'status', 'login', 'open', 'programs'],
    ],
    [
      ['local', 'programs', ''],
      ['build', 'prune'],
    ],
    [['local', 'up', '--po'], ['--port']],
    [['plan', 'acme.yaml', '--det'], ['--detailed-exitcode']],
    // A deployment may be called as a command is.
    [['destroy', 'start', '--y'], ['--yes']],
    [['--he'], ['--help']],
    // Nothing of ours: bash offers files.
    [['validate', ''], ['']],
    [['rehearse', 'acme.yaml', '--users', ''], ['']],
    [['access', 'acme', '--user', '-'], ['']],
  ])('of %j offers %j', async (words, offered) => {
    const found = await proposals(...words);
    expect(found.filter((word) => word !== 'help')).toEqual(offered);
  });
});

test('zsh reads the completion of bash', async () => {
  const [bash, zsh] = await Promise.all([cli(['completion', 'bash']), cli(['completion', 'zsh'])]);
  const lines = zsh.out.split('\n');
  expect(lines[1]).toBe('autoload -U +X bashcompinit && bashcompinit');
  expect(lines.toSpliced(1, 1).join('\n')).toBe(bash.out);
});

test('fish gets every command and option with what it is for', async () => {
  const { out } = await cli(['completion', 'fish']);
  expect(out).toContain(
    "complete -c kubeflow-eks -n '__kubeflow_eks_at \\'\\'' -a validate -d 'Check a configuration'",
  );
  expect(out).toContain(
    "complete -c kubeflow-eks -n '__kubeflow_eks_at \\'local up\\'' -l port -d 'port of the AWS endpoint' -x",
  );
  expect(out).toContain("complete -c kubeflow-eks -n '__kubeflow_eks_at \\'validate\\'' -F");
});

test('another shell is refused with those that there are', async () => {
  const { code, err } = await cli(['completion', 'tcsh']);
  expect({ code, err }).toEqual({
    code: 2,
    err: 'there is no completion for "tcsh"\nthe shells are bash, zsh, fish\n',
  });
});

describe('help', () => {
  test('of a command below another has its examples', async () => {
    const { code, out } = await cli(['help', 'local', 'up']);
    expect(code).toBe(0);
    expect(out).toContain('Usage: kubeflow-eks local up');
    expect(out).toContain('kubeflow-eks local up examples/acme.yaml');
  });

  test('of a word that is none names the nearest', async () => {
    const { code, err } = await cli(['help', 'local', 'upp']);
    expect(code).toBe(2);
    expect(err).toContain('did you mean "up"?');
  });
});
