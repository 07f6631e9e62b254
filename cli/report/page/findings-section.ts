import type { Finding, Severity } from '../report-model';
import { html, type Html } from './html';

const shown: Record<Severity, { mark: string; word: string; className: string }> = {
  failure: { mark: '✗', word: 'Failure', className: 'failure' },
  warning: { mark: '!', word: 'Warning', className: 'warning' },
  note: { mark: '·', word: 'Note', className: 'quiet' },
};

const order: readonly Severity[] = ['failure', 'warning', 'note'];

/** A note whose detail has more lines than this is read by who wants to know. */
const linesAtOnce = 4;

/** What whoever reads the report should know, the worst first. */
export function findingsSection(findings: readonly Finding[]): Html {
  if (findings.length === 0) return html`<p class="good">✓ Nothing that anybody has to look at.</p>`;
  const sorted = findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return html`<ul class="findings">
    ${sorted.map(({ severity, what, detail }) => {
      const { mark, word, className } = shown[severity];
      return html`<li>
        <b class="${className}" title="${word}">${mark}</b>
        <div>${what}${detail !== undefined && detailOf(severity, detail)}</div>
      </li>`;
    })}
  </ul>`;
}

function detailOf(severity: Severity, detail: string): Html {
  const text = html`<pre>${detail}</pre>`;
  const lines = detail.split('\n').length;
  if (severity !== 'note' || lines <= linesAtOnce) return text;
  return html`<details>
    <summary>${lines} lines</summary>
    ${text}
  </details>`;
}
