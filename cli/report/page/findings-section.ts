import type { Finding, Severity } from '../report-model';
import { html, type Html } from './html';

const shown: Record<Severity, { mark: string; word: string; className: string }> = {
  failure: { mark: '✗', word: 'Failure', className: 'failure' },
  warning: { mark: '!', word: 'Warning', className: 'warning' },
  note: { mark: '·', word: 'Note', className: 'quiet' },
};

const order: readonly Severity[] = ['failure', 'warning', 'note'];

/** What whoever reads the report should know, the worst first. */
export function findingsSection(findings: readonly Finding[]): Html {
  if (findings.length === 0) return html`<p class="good">✓ Nothing that anybody has to look at.</p>`;
  const sorted = findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return html`<ul class="findings">
    ${sorted.map(({ severity, what, detail }) => {
      const { mark, word, className } = shown[severity];
      return html`<li>
        <b class="${className}" title="${word}">${mark}</b>
        <div>${what}${detail !== undefined && html`<pre>${detail}</pre>`}</div>
      </li>`;
    })}
  </ul>`;
}
