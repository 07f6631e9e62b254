// Reads PowerShell scripts from standard input, each as JSON on a line, and prints on a line what stands in it, by the grammar
// that VS Code has. A program of its own, since the parser loads its WebAssembly in a way that Jest's modules do not take.
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import treeSitter from '@vscode/tree-sitter-wasm';

const { Language, Parser } = treeSitter;

await Parser.init();
const grammar = '@vscode/tree-sitter-wasm/wasm/tree-sitter-powershell.wasm';
const parser = new Parser();
parser.setLanguage(await Language.load(fileURLToPath(import.meta.resolve(grammar))));
const texts = (node, type) => node.descendantsOfType(type).map((found) => found.text);
const parsed = (script) => {
  const root = parser.parse(script).rootNode;
  return {
    isWhole: !root.hasError,
    commands: root.descendantsOfType('command').map((command) => ({
      name: texts(command, 'command_name')[0] ?? '',
      parameters: texts(command, 'command_parameter').map((name) => name.slice(1)),
      splatted: texts(command, 'variable').filter((name) => name.startsWith('@')),
    })),
    keys: texts(root, 'key_expression'),
    hereStrings: texts(root, 'verbatim_here_string_characters').map((quoted) =>
      quoted.replace(/^@'\n/, '').replace(/\n'@$/, ''),
    ),
  };
};
for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(parsed(JSON.parse(line)))}\n`);
