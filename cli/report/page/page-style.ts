/** Colours by meaning. Text on any of the grounds has a contrast of 4.5 at least (WCAG 2.2, 1.4.3). */
const light = `
  color-scheme: light;
  --ground: #f7f8f9; --card: #ffffff; --ink: #17202a; --quiet: #55606e; --line: #dde2e8; --faint: #eef1f4;
  --link: #0b57b0; --work: #2f6db5; --on-work: #ffffff; --work-2: #a9c7ea; --on-work-2: #12304f; --wait: #97a1ad; --good: #17713f; --warn: #8a5a00; --bad: #b3261e;
  --admin: #1d4f91; --admin-ink: #ffffff; --edit: #cfe0f5; --edit-ink: #123a6b; --view-ink: #33475b;`;
const dark = `
  color-scheme: dark;
  --ground: #0f1419; --card: #171d24; --ink: #e4e9ee; --quiet: #9ba7b4; --line: #2b343e; --faint: #1f2730;
  --link: #82b4ff; --work: #5f9de8; --on-work: #0c1a2c; --work-2: #33608f; --on-work-2: #e4e9ee; --wait: #6f7c8a; --good: #56c288; --warn: #e3ac45; --bad: #ff8277;
  --admin: #82b4ff; --admin-ink: #0c1a2c; --edit: #1f3e66; --edit-ink: #d5e6ff; --view-ink: #b9c6d3;`;

/** The look of a report: light and dark by what the reader's system says, and for paper. */
export const pageStyle = `
:root {${light}}
@media (prefers-color-scheme: dark) { :root {${dark}} }
@media print { :root {${light} --ground: #ffffff;} }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
  background: var(--ground); color: var(--ink); -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 2.5rem clamp(1rem, 4vw, 3rem) 4rem; max-width: 78rem; }
a { color: var(--link); text-underline-offset: 2px; overflow-wrap: anywhere; }
code, .mono { font: 0.92em/1.5 ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
.number, td.number { font-variant-numeric: tabular-nums; }
td.number, th.number { text-align: right; white-space: nowrap; }
.unseen { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; white-space: nowrap; }

header .brand { color: var(--quiet); font-size: 0.87rem; letter-spacing: 0.02em; }
h1 { margin: 0.1rem 0 0; font-size: 2.1rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.015em; overflow-wrap: anywhere; }
h2 { margin: 0 0 0.9rem; font-size: 1.17rem; font-weight: 620; letter-spacing: -0.005em; }
h2 small { margin-left: 0.6em; font-size: 0.83rem; font-weight: 400; color: var(--quiet); letter-spacing: 0; }
.status { margin: 0.35rem 0 0; font-size: 1.05rem; }
.status b { font-weight: 620; }
.good { color: var(--good); } .warning { color: var(--warn); } .failure { color: var(--bad); }

section, .facts { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.3rem 1.5rem 1.4rem; margin-top: 1.2rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 0.9rem 1.6rem; margin-bottom: 0; }
.facts dt { color: var(--quiet); font-size: 0.83rem; }
.facts dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
nav { margin-top: 1.2rem; font-size: 0.93rem; display: flex; flex-wrap: wrap; gap: 0.25rem 1.1rem; }

table { border-collapse: collapse; }
table.rows { width: 100%; font-size: 0.93rem; }
.rows th, .rows td { padding: 0.38rem 0.8rem 0.38rem 0; vertical-align: top; text-align: left; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.rows thead th { color: var(--quiet); font-weight: 500; font-size: 0.85rem; }
.rows tbody th { font-weight: 500; min-width: 6.5rem; overflow-wrap: break-word; }
.rows td { min-width: 4.5rem; }
.rows tbody tr:last-child > * { border-bottom: 0; }
.rows td.number, .rows th.number { text-align: right; }
.pairs th { width: 34%; }
.columns { columns: 2 26rem; column-gap: 2.5rem; }
.columns tr { break-inside: avoid; }
.scroll { overflow-x: auto; }
details { margin-top: 0.9rem; } summary { cursor: pointer; color: var(--link); width: fit-content; }
details > :not(summary) { margin-top: 0.6rem; }

.findings { list-style: none; margin: 0; padding: 0; }
.findings li { display: grid; grid-template-columns: 1.6rem 1fr; padding: 0.5rem 0; border-bottom: 1px solid var(--line); }
.findings li:last-child { border-bottom: 0; padding-bottom: 0; } .findings li:first-child { padding-top: 0; }
.findings pre { margin: 0.15rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere; color: var(--quiet); font: inherit; font-size: 0.93rem; }

.legend { display: flex; flex-wrap: wrap; gap: 0.3rem 1.3rem; margin: 0 0 0.8rem; padding: 0; list-style: none; font-size: 0.85rem; color: var(--quiet); }
.legend li { display: flex; align-items: center; gap: 0.45rem; }
.legend svg { display: block; }
.chart { overflow-x: auto; }
.chart svg { min-width: 46rem; width: 100%; height: auto; font-family: inherit; color: var(--quiet); display: block; }

.plan-sums { display: flex; flex-wrap: wrap; gap: 0.4rem 2rem; margin: 0 0 0.8rem; padding: 0; list-style: none; }
.plan-sums b { font-size: 1.35rem; font-weight: 620; font-variant-numeric: tabular-nums; margin-right: 0.35rem; }
.verdict { white-space: nowrap; }
.changes { margin: 0; padding: 0; list-style: none; }
.changes .sign { display: inline-block; width: 1.1em; font-weight: 700; }

.filters { display: flex; flex-wrap: wrap; gap: 0.6rem 1rem; align-items: end; margin-bottom: 0.9rem; }
.filters label { display: grid; gap: 0.15rem; font-size: 0.83rem; color: var(--quiet); flex: 0 1 13rem; }
.filters input, button { font: inherit; font-size: 0.93rem; color: var(--ink); background: var(--card); border: 1px solid var(--wait); border-radius: 6px; padding: 0.3rem 0.55rem; min-width: 0; width: 100%; }
button { width: auto; cursor: pointer; }
.filters output { font-size: 0.85rem; color: var(--quiet); font-variant-numeric: tabular-nums; padding-bottom: 0.4rem; }
html:not(.scripted) .needs-script { display: none; }
html.scripted tr.over { display: none; }

.matrix-frame { overflow: auto; max-height: 78vh; width: fit-content; max-width: 100%; border: 1px solid var(--line); border-radius: 8px; --w: 5.6rem; }
.matrix-frame.wide { --w: 2rem; }
.matrix { border-collapse: separate; border-spacing: 0; table-layout: fixed; width: calc(16.5rem + var(--n) * var(--w)); font-size: 0.87rem; }
.matrix thead th { position: sticky; top: 0; z-index: 1; width: var(--w); background: var(--card); border-bottom: 1px solid var(--line); padding: 0.45rem 0.3rem; font-weight: 500; vertical-align: bottom; }
.matrix thead th span { display: block; overflow-wrap: anywhere; line-height: 1.25; }
.wide .matrix thead th:not(.corner) span { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; max-height: 13rem; overflow: hidden; text-overflow: ellipsis; margin: 0 auto; }
.matrix thead th.corner { left: 0; z-index: 3; width: 16.5rem; text-align: left; color: var(--quiet); padding-left: 0.75rem; border-right: 1px solid var(--line); }
.matrix tbody th { position: sticky; left: 0; z-index: 2; background: var(--card); text-align: left; font-weight: 400; padding: 0.1rem 0.75rem; border-right: 1px solid var(--line); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.matrix tbody tr:nth-child(even) > * { background-color: var(--faint); }
.matrix tbody tr:hover > th { color: var(--link); }
.matrix tbody td { height: 1.85rem; padding: 0; text-align: center; }
.matrix .gap { background-image: repeating-linear-gradient(to right, transparent 0 calc(var(--w) - 1px), var(--line) calc(var(--w) - 1px) var(--w)); }
.matrix td.cell { padding: 2px; cursor: pointer; background-image: linear-gradient(var(--fill), var(--fill)), linear-gradient(transparent, transparent); background-clip: content-box, border-box; }
.cell { border-radius: 6px; font-variant-numeric: tabular-nums; }
.legend .cell { display: inline-grid; place-items: center; min-width: 1.6rem; height: 1.35rem; padding: 0 0.3rem; border-radius: 4px; border: 1px solid var(--line); }
.cell { --fill: transparent; }
.cell.admin { --fill: var(--admin); color: var(--admin-ink); font-weight: 650; }
.cell.edit { --fill: var(--edit); color: var(--edit-ink); font-weight: 600; }
.cell.view { color: var(--view-ink); }
.cell.other { color: var(--warn); font-style: italic; }
.legend .cell { background: var(--fill); }
table.matrix tbody td.foreign { outline: 1.5px dashed var(--warn); outline-offset: -4px; } .legend .foreign { border: 1.5px dashed var(--warn); }
table.matrix tbody td.stale { text-decoration: line-through; }
.matrix td.cell:focus { outline: 2px solid var(--link); outline-offset: -2px; }
sup { font-size: 0.7em; line-height: 0; }
.why { position: sticky; bottom: 0.8rem; z-index: 5; margin-top: 0.8rem; padding: 0.8rem 1.1rem; background: var(--card); border: 1px solid var(--wait); border-radius: 8px; box-shadow: 0 6px 24px rgb(0 0 0 / 0.16); font-size: 0.93rem; overflow-wrap: anywhere; }
.why ul { margin: 0.3rem 0 0; padding-left: 1.1rem; }
footer { margin-top: 1.6rem; color: var(--quiet); font-size: 0.85rem; }

@media (max-width: 40rem) {
  body { padding-top: 1.3rem; } h1 { font-size: 1.6rem; }
  section, .facts { padding: 1rem; border-radius: 8px; }
  .facts { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .matrix { width: calc(9.5rem + var(--n) * var(--w)); } .matrix thead th.corner { width: 9.5rem; }
  .pairs th { width: 44%; }
}
@media print {
  @page { margin: 13mm; }
  html { font-size: 11px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { padding: 0; max-width: none; }
  section, .facts { border: 0; border-top: 1px solid var(--line); border-radius: 0; padding: 0.8rem 0; }
  h2 { break-after: avoid; } tr, li { break-inside: avoid; }
  nav, .filters, .why, .more, details:not(.print-open) { display: none !important; }
  .matrix-frame { max-height: none; overflow: visible; --w: 4.4rem; } .matrix thead th, .matrix tbody th { position: static; }
  .matrix-frame.wide { display: none; }
  .chart svg { min-width: 0; }
  details.print-open > summary { display: none; } details.print-open::details-content { content-visibility: visible; block-size: auto; }
  a { color: inherit; text-decoration: none; }
}
`;
