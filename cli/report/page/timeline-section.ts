import type { Timeline, TimelineRow } from '../../../core/report/timeline';
import { formatElapsed } from '../../render/steps';
import type { ReportedLog } from '../report-model';
import { html, Html, link } from './html';
import { texturesSvg, timelineChart } from './timeline-chart';
import { outcomeMark } from './words';

/** When what was done: the chart, its legend, the same in numbers, and where the logs of builds are. */
export async function timelineSection(timeline: Timeline, logs: readonly ReportedLog[]): Promise<Html> {
  return html`
    ${legend(timeline)}
    <div class="chart" tabindex="0" role="region" aria-label="Timeline">${await timelineChart(timeline)}</div>
    ${
      logs.length > 0 &&
      html`<p>
        Logs of builds:
        ${logs.map(
          ({ project, href, group, stream }, index) =>
            html`${index > 0 && ', '}${link(project, href)}${
              href === undefined && html` <code>${group}</code>, stream <code>${stream}</code>`
            }`,
        )}
      </p>`
    }
    <details>
      <summary>In numbers</summary>
      <div class="scroll">
        <table class="rows">
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">Outcome</th>
              <th scope="col" class="number">Began after</th>
              <th scope="col" class="number">Took</th>
              <th scope="col" class="number">Waited</th>
              <th scope="col" class="number">Attempts</th>
            </tr>
          </thead>
          <tbody>
            ${timeline.rows.map(rowOf)}
          </tbody>
        </table>
      </div>
    </details>
  `;
}

function rowOf({ label, depth, status, attempts, from, to, waited, error, kind, spans }: TimelineRow): Html {
  const { mark, className, word } = outcomeMark(status);
  const phases = spans.flatMap((span) =>
    span.kind === 'phase' || kind === 'build'
      ? [`${span.label ?? ''} ${formatElapsed(span.to - span.from)}`]
      : [],
  );
  return html`<tr>
    <th scope="row" style="padding-left:${depth}em">
      ${label}${kind === 'build' && html`<div class="quiet">${phases.join(' · ')}</div>`}
    </th>
    <td>
      <span class="${className}">${mark} ${word}</span>${error !== undefined && html` <code>${error}</code>`}
    </td>
    <td class="number">${formatElapsed(from)}</td>
    <td class="number">${formatElapsed(to - from)}</td>
    <td class="number">${waited > 0 ? formatElapsed(waited) : '–'}</td>
    <td class="number">${attempts}</td>
  </tr>`;
}

function legend({ rows }: Timeline): Html {
  const kinds = new Set(rows.flatMap(({ spans }) => spans.map(({ kind }) => kind)));
  const key = (fill: string, stroke: string, text: string): Html =>
    html`<li>
      <svg width="26" height="12" aria-hidden="true">
        ${new Html(fill === 'url(#hatched)' || fill === 'url(#crossed)' ? `<defs>${texturesSvg}</defs>` : '')}
        <rect
          x="0.5"
          y="0.5"
          width="25"
          height="11"
          rx="1.5"
          fill="${fill}"
          stroke="${stroke}"
          stroke-width="0.75"
        />
      </svg>
      ${text}
    </li>`;
  return html`<ul class="legend" aria-label="Legend">
    ${(kinds.has('work') || kinds.has('phase')) && key('var(--work)', 'none', 'work')}
    ${
      kinds.has('phase') &&
      html`<li>
        <svg width="26" height="12" aria-hidden="true">
          <rect width="13" height="12" fill="var(--work)" />
          <rect x="13" width="13" height="12" fill="var(--work-2)" />
        </svg>
        phases of a build
      </li>`
    }
    ${kinds.has('wait') && key('url(#hatched)', 'var(--wait)', 'waiting for the next attempt')}
    ${kinds.has('failed') && key('url(#crossed)', 'var(--bad)', 'an attempt that failed')}
  </ul>`;
}
