import type { SyntaxNode } from '../language/expression';

/** Which parts of `$states` a field may use, beside `input` and `context`. */
export interface Available {
  readonly result: boolean;
  readonly errorOutput: boolean;
}

/**
 * What an expression refers to that it may not: there is no input document, so neither `$$` nor, at the top level, `$`
 * and bare names mean anything; and some parts of `$states` exist in some fields only.
 * https://states-language.net/spec.html#jsonata-restrictions
 *
 * @returns for each, the message of AWS (its names as measured by the authors of floci,
 * https://github.com/floci-io/floci/issues/2670 and /pull/2786).
 */
export function unsupportedReferences(syntax: SyntaxNode, available: Available): string[] {
  const parts = statesParts(syntax)
    .filter((part) => (part === 'result' || part === 'errorOutput') && !available[part])
    .map((part) => `Reference to '$states.${part}' is not supported.`);
  const documents = inputDocuments(syntax, true).map((name) =>
    name === '$$'
      ? `Reference to '$$' is not supported.`
      : `Reference to '${name}' at the top level is not supported.`,
  );
  return [...new Set([...documents, ...parts])];
}

/** Parts of a node that are evaluated once for each of its values, which `$` and names there refer to. */
const contextual = new Set(['predicate', 'stages', 'group', 'terms']);

/** @param top whether `$` and names refer to the input document here. The body of a function keeps its surroundings'. */
function inputDocuments(node: unknown, top: boolean): string[] {
  if (Array.isArray(node)) return node.flatMap((child) => inputDocuments(child, top));
  if (!isNode(node)) return [];
  const { type, value } = node;
  if (type === 'path' && Array.isArray(node['steps'])) {
    const [first, ...steps] = node['steps'] as unknown[];
    return [...inputDocuments(first, top), ...inputDocuments([steps, node['group']], false)];
  }
  const own: string[] = [];
  if (type === 'name' && top) own.push(String(value));
  if (type === 'variable' && value === '' && top) own.push('$');
  if (type === 'variable' && value === '$') own.push('$$');
  const children = Object.entries(node).flatMap(([key, child]) =>
    inputDocuments(child, top && type !== 'transform' && !contextual.has(key)),
  );
  return [...own, ...children];
}

/** The names that follow `$states.` anywhere in an expression. */
function statesParts(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(statesParts);
  if (!isNode(node)) return [];
  const parts: string[] = [];
  if (node['type'] === 'path' && Array.isArray(node['steps'])) {
    const [first, second] = node['steps'] as { type?: unknown; value?: unknown }[];
    if (first?.type === 'variable' && first.value === 'states' && second?.type === 'name') {
      parts.push(String(second.value));
    }
  }
  return [...parts, ...Object.values(node).flatMap(statesParts)];
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null;
}
