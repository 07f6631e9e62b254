import {
  accessMatrix,
  type AccessMatrix,
  type MatrixCell,
  type MatrixLine,
} from '../../../core/access/access-matrix';
import type { AccessRow } from '../../../core/access/access-rows';
import { roles } from '../../../core/access/roles';
import { naturalOrder } from '../../../core/natural-order';
import { sources } from '../../render/access';
import { html, type Html } from './html';
import { mostCells } from './matrix-script';

/** With more columns than this a cell has a letter for its role. */
const mostWords = 14;

/**
 * Who may do what: a table with a line for each user and a column for each namespace. Empty cells beside each other are
 * one, so that 500 users and 200 namespaces are some thousand elements and not a hundred thousand. All of it stands there
 * without a script, reasons included (as titles); the script filters and shows the reason of a cell in a panel.
 */
export function matrixSection(rows: readonly AccessRow[]): Html {
  const matrix = accessMatrix(rows);
  const { namespaces, lines } = matrix;
  if (lines.length === 0) return html`<p class="quiet">Nobody has access to a tenant's namespace.</p>`;
  const isWide = namespaces.length > mostWords;
  const groups = groupsOf(rows);
  const groupIndex = new Map(groups.map((group, index) => [group, index]));
  const columns = new Map(namespaces.map((namespace, index) => [namespace, index]));
  let cells = 0;
  return html`
    <form class="filters needs-script" aria-label="Filter">
      <label
        >User <input type="search" name="user" autocomplete="off" placeholder="part of an e-mail"
      /></label>
      <label
        >Group
        <input type="search" name="group" autocomplete="off" list="groups" placeholder="of the directory"
      /></label>
      <label
        >Namespace
        <input
          type="search"
          name="namespace"
          autocomplete="off"
          list="namespaces"
          placeholder="part of a name"
      /></label>
      <button type="reset">Clear</button>
      <output name="count"
        >${lines.length} of ${lines.length} subjects, ${namespaces.length} namespaces</output
      >
      <datalist id="groups">${groups.map((group) => html`<option value="${group}"></option>`)}</datalist>
      <datalist id="namespaces">
        ${namespaces.map((namespace) => html`<option value="${namespace}"></option>`)}
      </datalist>
    </form>
    ${legend(lines)}
    <div
      class="matrix-frame${isWide && ' wide'}"
      tabindex="0"
      role="region"
      aria-label="Users and namespaces"
    >
      <table class="matrix" style="--n:${namespaces.length}" data-groups="${JSON.stringify(groups)}">
        <caption class="unseen">
          Users, the namespaces that they can enter, and the role that they have there
        </caption>
        <thead>
          <tr>
            <th scope="col" class="corner">Who</th>
            ${namespaces.map((name) => html`<th scope="col"><span>${name}</span></th>`)}
          </tr>
        </thead>
        <tbody>
          ${lines.map((line) => {
            cells += line.cells.length;
            return lineOf(line, {
              columns,
              groupIndex,
              count: namespaces.length,
              isWide,
              isOver: cells > mostCells,
            });
          })}
        </tbody>
      </table>
    </div>
    <p class="more needs-script" hidden><span></span> <button type="button">Show all</button></p>
    <aside class="why needs-script" role="status" hidden></aside>
    ${byNamespace(matrix)}
  `;
}

interface LineContext {
  columns: ReadonlyMap<string, number>;
  groupIndex: ReadonlyMap<string, number>;
  count: number;
  isWide: boolean;
  isOver: boolean;
}

/** A gap before each cell and one at the end, each as wide as it must be; the script makes them narrower. */
function lineOf(line: MatrixLine, { columns, groupIndex, count, isWide, isOver }: LineContext): Html {
  let next = 0;
  const gap = (until: number): Html => {
    const width = until - next;
    next = until + 1;
    return width > 0 ? html`<td class="gap" colspan="${width}"></td>` : html`<td class="gap" hidden></td>`;
  };
  return html`<tr${isOver && html` class="over"`}>
    <th scope="row">${whoOf(line)}</th>
    ${line.cells.map((cell) => {
      const column = columns.get(cell.namespace) ?? 0;
      const indices = groupsOf(cell.rows).map((group) => groupIndex.get(group) ?? 0);
      return html`${gap(column)}
        <td
          class="cell ${classOf(cell)}"
          data-c="${column}"
          data-g="${indices.join(' ')}"
          tabindex="-1"
          title="${whyText(line, cell)}"
        >
          ${isWide ? letterOf(cell.role) : cell.role}${marksOf(cell)}
        </td>`;
    })}
    ${gap(count)}
  </tr>`;
}

/** Why somebody has what they have: who gave it, by which groups and rules, with which object; a line each. */
function whyText(line: MatrixLine, { namespace, rows }: MatrixCell): string {
  return [
    `${whoOf(line)} in ${namespace}`,
    ...rows.flatMap(({ role, source, because, object, stale }) => [
      `${role}: given by ${sources[source]}${stale ? '; nothing asks for it any more, the next resync takes it away' : ''}`,
      ...because.map(({ group, rule }) => `by the group ${group} (${rule})`),
      `by the object ${object}`,
    ]),
  ].join('\n');
}

/** The directory's groups that rows come from; a group of the cluster is one, too. */
function groupsOf(rows: readonly AccessRow[]): string[] {
  const named = rows.flatMap(({ kind, subject, because }) => [
    ...because.map(({ group }) => group),
    ...(kind === 'Group' ? [subject] : []),
  ]);
  return [...new Set(named)].sort(naturalOrder);
}

function legend(lines: readonly MatrixLine[]): Html {
  const cells = lines.flatMap((line) => line.cells);
  const shown = [...roles].reverse().filter((role) => cells.some((cell) => cell.role === role));
  const hasOther = cells.some(({ role }) => !isKnown(role));
  const key = (kind: string, letter: string, text: string): Html =>
    html`<li><span class="cell ${kind}">${letter}</span> ${text}</li>`;
  return html`<ul class="legend" aria-label="Legend">
    ${shown.map((role) => key(role, letterOf(role), role))} ${hasOther && key('other', 'O', 'another role')}
    ${cells.some(({ foreign }) => foreign) && key('foreign', '*', 'not ours: nobody here takes it away')}
    ${cells.some(({ stale }) => stale) && key('stale', '!', 'the next resync takes it away')}
    ${cells.some(({ rows }) => rows.length > 1) && html`<li><sup>+</sup> given more than once</li>`}
  </ul>`;
}

function byNamespace({ namespaces, lines }: AccessMatrix): Html {
  const members = new Map<string, { role: string; who: string }[]>();
  for (const line of lines)
    for (const cell of line.cells) {
      const list = members.get(cell.namespace) ?? [];
      list.push({ role: cell.role, who: `${whoOf(line)}${cell.foreign ? '*' : cell.stale ? '!' : ''}` });
      members.set(cell.namespace, list);
    }
  const listed = (namespace: string): Html[] => {
    const inside = members.get(namespace) ?? [];
    const given = [...new Set(inside.map(({ role }) => role))].sort(
      (a, b) => roles.indexOf(b as never) - roles.indexOf(a as never),
    );
    return given.map((role) => {
      const people = inside.filter((member) => member.role === role).map(({ who }) => who);
      return html`<div>
        <b>${role}</b> <span class="number">${people.length}</span> ${people.join(', ')}
      </div>`;
    });
  };
  return html`<details class="print-open">
    <summary>By namespace</summary>
    <table class="rows by-namespace">
      <thead>
        <tr>
          <th scope="col">Namespace</th>
          <th scope="col">Who</th>
        </tr>
      </thead>
      <tbody>
        ${namespaces.map(
          (namespace) =>
            html`<tr>
              <th scope="row">${namespace}</th>
              <td>${listed(namespace)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </details>`;
}

function whoOf({ kind, subject }: MatrixLine): string {
  return kind === 'Group' ? `group ${subject}` : subject;
}

function isKnown(role: string): boolean {
  return roles.some((known) => known === role);
}

function letterOf(role: string): string {
  return isKnown(role) ? role.slice(0, 1).toUpperCase() : 'O';
}

function classOf({ role, foreign, stale }: MatrixCell): string {
  return [isKnown(role) ? role : 'other', foreign && 'foreign', stale && 'stale'].filter(Boolean).join(' ');
}

function marksOf({ foreign, stale, rows }: MatrixCell): Html {
  return html`${foreign && '*'}${stale && '!'}${rows.length > 1 && html`<sup>+</sup>`}`;
}
