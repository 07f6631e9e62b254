import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { filesOf, root } from './repository';

/** A command line that somebody can read somewhere, without the program's name. */
export interface Printed {
  /** The file where it stands. */
  readonly where: string;
  readonly words: string;
  /** Only named, as in "`kubeflow-eks plan` reckons …": its arguments are not said. */
  readonly isMention: boolean;
}

const program = /(?:kubeflow-eks|npm run (?:--silent )?cli --) (?=[a-z])/;

/** The command lines of a text that is all commands: a block of a page, or what is between two backquotes. */
function commandsIn(where: string, code: string, isInline: boolean): Printed[] {
  return code
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .flatMap((line) => {
      const [, rest] = (line.split(/(?:^|\s)#/)[0] ?? '').split(program);
      if (rest === undefined) return [];
      const words = rest.split(/ (?:[|>(]|&&)|\)|  +\(/)[0]?.trim() ?? '';
      return [
        {
          where,
          words,
          isMention: isInline && !/[ ](?!local )/.test(words.replace(/^(?:local|render) /, '')),
        },
      ];
    });
}

/** What pages and examples show: blocks and what stands in backquotes. */
export function ofPages(): Printed[] {
  const pages = filesOf(/\.(?:md|ya?ml)$/).filter(
    (path) =>
      /^(?:README|CONTRIBUTING|docs\/|examples\/|local\/)/.test(path) && !path.startsWith('docs/adr/'),
  );
  return pages.flatMap((where) => {
    const text = readFileSync(join(root, where), 'utf8');
    const blocks = [...text.matchAll(/^ *```(\w*)\n([\s\S]*?)^ *```/gm)].flatMap(
      ([, language = '', code = '']) => (['', 'sh', 'text', 'console'].includes(language) ? [code] : []),
    );
    const prose = text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '');
    const inline = [...prose.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.replaceAll(/\n#?\s*/g, ' '));
    return [
      ...blocks.flatMap((code) => commandsIn(where, code, false)),
      ...inline.flatMap((code) => commandsIn(where, code, true)),
    ];
  });
}

/** What the product's sources print: hints, mails, the words of errors. */
export function ofSources(): Printed[] {
  const sources = filesOf(/\.ts$/).filter((path) =>
    /^(?:cli|core|lambda|tasks|builds|infra|adapters|isolation|local|workflows)\//.test(path),
  );
  return sources.flatMap((where) => {
    const source = ts.createSourceFile(
      where,
      readFileSync(join(root, where), 'utf8'),
      ts.ScriptTarget.Latest,
      true,
    );
    return textsIn(source).flatMap((text) => hintsIn(where, text));
  });
}

/** A hint stands in backquotes, in brackets or behind a colon; it ends with them, a comma, a semicolon or the line. */
function hintsIn(where: string, text: string): Printed[] {
  const quoted = [...text.matchAll(/`(kubeflow-eks [a-z][^`]*)`/g)].map(([, code = '']) => ({
    code,
    isInline: true,
  }));
  const bare = [...text.replaceAll(/`[^`]*`/g, '').matchAll(/[:(] *(kubeflow-eks [a-z][^;,)\n]*)/gm)].map(
    ([, code = '']) => ({ code, isInline: false }),
  );
  return [...quoted, ...bare].flatMap(({ code, isInline }) => commandsIn(where, code, isInline));
}

/** Every text of a source that is not a part of another one, with `X` for what is computed. */
function textsIn(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const text = textOf(node);
    if (text !== undefined) found.push(text);
    else ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  return found;
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isParenthesizedExpression(node)) return textOf(node.expression);
  if (ts.isTemplateExpression(node))
    return node.templateSpans.reduce(
      (before, { expression, literal }) => before + valueOf(expression, before) + literal.text,
      node.head.text,
    );
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const left = textOf(node.left);
    const right = textOf(node.right);
    if (left === undefined && right === undefined) return undefined;
    const before = left ?? valueOf(node.left, '');
    return before + (right ?? valueOf(node.right, before));
  }
  return undefined;
}

/** Options begin with their own space; what follows on a word is left out, as where it is empty. */
function valueOf(expression: ts.Expression, before: string): string {
  if (/\bflags$/.test(expression.getText())) return ' --local';
  return /\S$/.test(before) && !/=$|[`(:"]$/.test(before) ? '' : 'X';
}
