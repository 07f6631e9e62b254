import type { Command } from 'commander';
import type { CommandBuilder } from '../command-builder';
import type { Host } from '../host';

/** What helps at the terminal. */
export function addShellCommands(program: Command, commands: CommandBuilder): void {
  commands.add(
    program,
    {
      usage: 'completion <shell>',
      description: 'Print the completion of commands and options for bash, zsh or fish.',
      examples: [
        'completion bash > ~/.local/share/bash-completion/completions/kubeflow-eks',
        'completion zsh > ~/.kubeflow-eks.zsh    (and in ~/.zshrc, after compinit: source ~/.kubeflow-eks.zsh)',
        'completion fish > ~/.config/fish/completions/kubeflow-eks.fish',
      ],
    },
    async () => {
      const { completion } = await import('../commands/completion');
      return (host: Host, shell: string) => completion(host, shell, program);
    },
  );
  program.helpCommand(false);
  commands.add(
    program,
    {
      usage: 'help [command...]',
      description: 'Show what a command does, its options and examples.',
      examples: ['help start', 'help local up'],
    },
    async () => {
      const { help } = await import('../commands/help');
      return (host: Host, names: readonly string[]) => help(host, names, program);
    },
  );
}
