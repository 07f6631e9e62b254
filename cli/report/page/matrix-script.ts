/** Cells that are drawn at once; a filter, or a button, brings the others. */
export const mostCells = 12_000;

/**
 * What runs in the page: filters the matrix and shows why a cell is what it is. It makes no element from text (no
 * `innerHTML`), asks nobody for anything, and is let in by its digest alone (`Content-Security-Policy` of the page).
 */
export const matrixScript = `
(() => {
  'use strict';
  const access = document.getElementById('access');
  const table = access && access.querySelector('table.matrix');
  if (!table) return;
  document.documentElement.classList.add('scripted');
  const form = access.querySelector('form.filters');
  const more = access.querySelector('.more');
  const why = access.querySelector('.why');
  const groups = JSON.parse(table.dataset.groups).map((name) => name.toLowerCase());
  const heads = [...table.tHead.rows[0].cells].slice(1);
  const names = heads.map((head) => head.textContent.toLowerCase());
  const lines = [...table.tBodies[0].rows].map((row) => ({
    row,
    who: row.cells[0].textContent.toLowerCase(),
    gaps: [...row.getElementsByClassName('gap')],
    cells: [...row.getElementsByClassName('cell')].map((element) => ({
      element,
      column: Number(element.dataset.c),
      groups: element.dataset.g === '' ? [] : element.dataset.g.split(' ').map(Number),
    })),
  }));
  const mostCells = ${mostCells};
  let all = false;

  const wordOf = (name) => form.elements.namedItem(name).value.trim().toLowerCase();

  function filter() {
    const user = wordOf('user');
    const group = wordOf('group');
    const namespace = wordOf('namespace');
    const isColumn = names.map((name) => name.includes(namespace));
    const isGroup = groups.map((name) => name.includes(group));
    const matches = (cell) =>
      isColumn[cell.column] && (group === '' || cell.groups.some((index) => isGroup[index]));
    const kept = lines.map((line) => (line.who.includes(user) ? line.cells.filter(matches) : []));
    const used = [...new Set(kept.flat().map((cell) => cell.column))].sort((a, b) => a - b);
    const position = new Map(used.map((column, index) => [column, index]));
    heads.forEach((head, column) => { head.hidden = !position.has(column); });
    table.style.setProperty('--n', String(used.length));
    let drawn = 0;
    let left = 0;
    lines.forEach((line, index) => {
      const cells = kept[index];
      const isOver = !all && drawn > 0 && drawn + cells.length > mostCells;
      if (cells.length > 0 && isOver) left += 1;
      line.row.hidden = cells.length === 0 || isOver;
      line.row.classList.remove('over');
      if (line.row.hidden) return;
      drawn += cells.length;
      place(line, new Set(cells), position, used.length);
    });
    const people = kept.filter((cells) => cells.length > 0).length;
    form.elements.namedItem('count').value =
      people + ' of ' + lines.length + ' subjects, ' + used.length + ' of ' + names.length + ' namespaces';
    more.hidden = left === 0;
    more.firstElementChild.textContent = left + ' more are not drawn: filter, or';
    why.hidden = true;
    const first = table.querySelector('tr:not([hidden]) > .cell:not([hidden])');
    if (first) first.tabIndex = 0;
  }

  function place(line, cells, position, count) {
    let next = 0;
    const fill = (gap, until) => {
      gap.hidden = until <= next;
      if (until > next) gap.colSpan = until - next;
      next = until + 1;
    };
    line.cells.forEach((cell, index) => {
      const isKept = cells.has(cell);
      cell.element.hidden = !isKept;
      if (isKept) fill(line.gaps[index], position.get(cell.column));
      else line.gaps[index].hidden = true;
    });
    fill(line.gaps[line.cells.length], count);
  }

  function explain(cell) {
    const [title, ...reasons] = cell.title.split('\\n');
    const heading = document.createElement('b');
    heading.textContent = title;
    const list = document.createElement('ul');
    for (const reason of reasons) list.appendChild(document.createElement('li')).textContent = reason;
    why.replaceChildren(heading, list);
    why.hidden = false;
  }

  const shown = (line) => line.cells.filter((cell) => !cell.element.hidden);
  function move(from, key) {
    const visible = lines.filter((line) => !line.row.hidden);
    const at = visible.findIndex((line) => line.row === from.parentElement);
    const inLine = shown(visible[at]).map((cell) => cell.element);
    if (key === 'ArrowLeft') return inLine[inLine.indexOf(from) - 1];
    if (key === 'ArrowRight') return inLine[inLine.indexOf(from) + 1];
    const other = visible[at + (key === 'ArrowDown' ? 1 : -1)];
    const column = Number(from.dataset.c);
    return other && shown(other).sort((a, b) => Math.abs(a.column - column) - Math.abs(b.column - column))[0].element;
  }

  table.addEventListener('focusin', (event) => {
    const cell = event.target.closest('.cell');
    if (cell) explain(cell);
  });
  table.addEventListener('keydown', (event) => {
    const cell = event.target.closest('.cell');
    if (!cell || !event.key.startsWith('Arrow')) return;
    event.preventDefault();
    const to = move(cell, event.key);
    if (to) to.focus();
  });
  form.addEventListener('input', filter);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => requestAnimationFrame(filter));
  more.querySelector('button').addEventListener('click', () => { all = true; filter(); });
  addEventListener('beforeprint', () => {
    for (const details of document.querySelectorAll('details.print-open')) details.open = true;
  });
  filter();
})();
`;
