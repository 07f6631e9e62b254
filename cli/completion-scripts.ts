import type { Command } from 'commander';

/** Shells for which there is a completion. */
export const shells = ['bash', 'zsh', 'fish'] as const;

/** A command with what can follow it. */
interface Place {
  /** The words that lead to it, with spaces between them; empty for the program itself. */
  path: string;
  commands: { name: string; description: string }[];
  options: { flag: string; description: string; takes?: string }[];
  /** Whether it takes files: their names are offered where nothing else is. */
  takesFiles: boolean;
}

/**
 * A script that completes commands, options and names of files: everything is in it, so that the tab key starts no
 * program. (The libraries for it start the program at each key, and the one for commander offers no files.)
 */
export function completionScript(shell: (typeof shells)[number], program: Command): string {
  const places = placesOf(program, '');
  switch (shell) {
    case 'bash':
      return `${heading(program)}${bash(program.name(), places)}`;
    case 'zsh':
      // zsh reads completions of bash by itself.
      return `${heading(program)}autoload -U +X bashcompinit && bashcompinit\n${bash(program.name(), places)}`;
    case 'fish':
      return `${heading(program)}${fish(program.name(), places)}`;
  }
}

function heading(program: Command): string {
  return `# Completion of ${program.name()} ${program.version() ?? ''}, written by "${program.name()} completion".\n`;
}

function placesOf(command: Command, path: string): Place[] {
  const help = command.createHelp();
  const below = help.visibleCommands(command);
  const names = [
    ...command.registeredArguments.map((argument) => argument.name()),
    // By what is said to be typed there.
  ].filter((name) => /^(?:config|file|folder)$/.test(name));
  return [
    {
      path,
      commands: below.map((child) => ({
        name: child.name(),
        description: firstSentence(child.description()),
      })),
      options: help
        .visibleOptions(command)
        .map(({ long, short, flags, description, required, optional }) => ({
          flag: long ?? short ?? flags,
          description: firstSentence(description),
          ...((required || optional) && { takes: /[<[]([^>\]]+)[>\]]/.exec(flags)?.[1] ?? '' }),
        })),
      takesFiles: names.length > 0,
    },
    ...below.flatMap((child) => placesOf(child, `${path} ${child.name()}`.trim())),
  ];
}

function firstSentence(text: string): string {
  return text.split(/[.;:](?:\s|$)/, 1)[0] ?? text;
}

/** Where nothing is proposed, bash offers files by itself (`-o default`). */
function bash(name: string, places: readonly Place[]): string {
  const id = `_${name.replaceAll('-', '_')}`;
  const words = (list: readonly string[]): string => `'${list.join(' ')}'`;
  const cases = places.map(
    ({ path, commands, options }) =>
      `    '${path}') commands=${words(commands.map((command) => command.name))} options=${words(options.map(({ flag }) => flag))} ;;`,
  );
  const values = places.flatMap(({ path, options }) =>
    options.filter(({ takes }) => takes !== undefined).map(({ flag }) => `'${path} ${flag}'`),
  );
  const paths = places.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`);
  return `${id}() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]}
  local path='' next commands='' options='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="\${path:+$path }\${COMP_WORDS[i]}"
    case "$next" in
    ${paths.join(' | ')}) path=$next ;;
    esac
  done
  COMPREPLY=()
  case "$path $before" in
    ${values.join(' | ')}) return ;;
  esac
  case "$path" in
${cases.join('\n')}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
    *) COMPREPLY=($(compgen -W "$commands" -- "$word")) ;;
  esac
}
complete -o default -F ${id} ${name}
`;
}

function fish(name: string, places: readonly Place[]): string {
  const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const id = `__${name.replaceAll('-', '_')}_at`;
  const lines = places.flatMap(({ path, commands, options, takesFiles }) => {
    const here = `complete -c ${name} -n ${quote(`${id} ${quote(path)}`)}`;
    return [
      ...commands.map((command) => `${here} -a ${command.name} -d ${quote(command.description)}`),
      ...options.map(({ flag, description, takes }) => {
        const value = takes === undefined ? '' : /file|folder/.test(takes) ? ' -r -F' : ' -x';
        return `${here} -l ${flag.replace(/^--/, '')} -d ${quote(description)}${value}`;
      }),
      ...(takesFiles ? [`${here} -F`] : []),
    ];
  });
  const paths = places.filter(({ path }) => path !== '').map(({ path }) => quote(path));
  return `function ${id}
    set -l path ''
    for word in (commandline -opc)[2..]
        set -l next (string trim -- "$path $word")
        contains -- $next ${paths.join(' ')}; and set path $next
    end
    test "$path" = "$argv[1]"
end
complete -c ${name} -f
${lines.join('\n')}
`;
}
