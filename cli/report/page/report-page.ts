import { rowsOfPeople } from '../../../core/access/access-rows';
import { formatElapsed } from '../../render/steps';
import type { ReportModel } from '../report-model';
import { findingsSection } from './findings-section';
import { html, link, type Html } from './html';
import { matrixSection } from './matrix-section';
import { planSection } from './plan-section';
import { roomSection } from './room-section';
import { shell } from './shell';
import { timelineSection } from './timeline-section';
import { outcomeMark, shownTime } from './words';

interface Section {
  id: string;
  title: string;
  small?: string;
  content: Html;
}

/** A report as one HTML document: what does not apply is left out. */
export async function reportPage(model: ReportModel): Promise<string> {
  const sections = await sectionsOf(model);
  return shell(
    `${model.deployment}: ${model.isRehearsal ? 'rehearsal' : 'report'}`,
    html`${header(model)}
      <nav aria-label="Sections">${sections.map(({ id, title }) => html`<a href="#${id}">${title}</a>`)}</nav>
      ${sections.map(
        ({ id, title, small, content }) =>
          html`<section id="${id}">
            <h2>${title}${small !== undefined && html`<small>${small}</small>`}</h2>
            ${content}
          </section>`,
      )}
      <footer>
        Made ${shownTime(model.madeAt)} by kubeflow-eks ${model.version}. Holds e-mail addresses of users,
        names of groups and ids of the account, and no secret. Made for people who may see them.
      </footer>`,
  );
}

function header({ deployment, place, isRehearsal, run, timeline, version }: ReportModel): Html {
  const outcome = run === undefined ? undefined : outcomeMark(run.status);
  const waited = timeline?.rows.reduce((sum, row) => sum + row.waited, 0) ?? 0;
  const slowest = timeline?.rows
    .filter(({ kind }) => kind === 'step')
    .toSorted((a, b) => b.to - b.from - (a.to - a.from))[0];
  return html`<header>
      <div class="brand">kubeflow-eks ${version} · ${isRehearsal ? 'rehearsal' : 'report'}</div>
      <h1>${deployment}</h1>
      ${
        run !== undefined &&
        outcome !== undefined &&
        html`<p class="status">
          <b class="${outcome.className}">${outcome.mark} ${run.workflow} ${outcome.word}</b>${
            timeline !== undefined &&
            ` ${run.endedAt === undefined ? 'for' : 'in'} ${formatElapsed(timeline.length)}`
          }
        </p>`
      }
    </header>
    <dl class="facts">
      <div>
        <dt>Where</dt>
        <dd>${place}</dd>
      </div>
      ${
        run?.startedAt !== undefined &&
        html`<div>
          <dt>Started</dt>
          <dd>${shownTime(run.startedAt)}</dd>
        </div>`
      }
      ${
        timeline !== undefined &&
        html`<div>
          <dt>Steps</dt>
          <dd>${timeline.rows.filter(({ kind }) => kind === 'step').length}</dd>
        </div>`
      }
      ${
        slowest !== undefined &&
        html`<div>
          <dt>Longest step</dt>
          <dd>${slowest.label}, ${formatElapsed(slowest.to - slowest.from)}</dd>
        </div>`
      }
      ${
        waited > 0 &&
        html`<div>
          <dt>Waited between attempts</dt>
          <dd>${formatElapsed(waited)}</dd>
        </div>`
      }
      ${
        run !== undefined &&
        run.redrives > 0 &&
        html`<div>
          <dt>Redriven</dt>
          <dd>${run.redrives} ×</dd>
        </div>`
      }
      ${
        run !== undefined &&
        html`<div>
          <dt>Execution</dt>
          <dd>${link(run.executionArn.slice(run.executionArn.lastIndexOf(':') + 1), run.console)}</dd>
        </div>`
      }
    </dl>`;
}

async function sectionsOf(model: ReportModel): Promise<Section[]> {
  const { asked, timeline, logs, made, plan, findings, access, room, missing } = model;
  const unread = missing.map(({ what, why }) => ({
    severity: 'note' as const,
    what: `${what} could not be read, so it is left out`,
    detail: why,
  }));
  return [
    { id: 'findings', title: 'Findings', content: findingsSection([...findings, ...unread]) },
    ...(timeline === undefined
      ? []
      : [{ id: 'timeline', title: 'Timeline', content: await timelineSection(timeline, logs) }]),
    ...(access === undefined
      ? []
      : [
          {
            id: 'access',
            title: 'Access',
            small: `who may do what, as of ${shownTime(model.madeAt)}`,
            content: matrixSection(rowsOfPeople(access.rows, access)),
          },
        ]),
    ...(made.length === 0
      ? []
      : [
          {
            id: 'made',
            title: 'What was made',
            content: pairs(made.map(({ what, name, href }) => [what, link(name, href)])),
          },
        ]),
    ...(room === undefined || room.groups.length === 0
      ? []
      : [{ id: 'room', title: 'Room on the nodes', content: roomSection(room) }]),
    ...(plan === undefined ? [] : [{ id: 'plan', title: 'Plan', content: planSection(plan) }]),
    ...(asked.length === 0
      ? []
      : [
          {
            id: 'asked',
            title: 'What was asked for',
            content: pairs(asked.map(({ key, value }) => [key, html`<span class="mono">${value}</span>`])),
          },
        ]),
  ];
}

function pairs(rows: readonly (readonly [string, Html])[]): Html {
  return html`<table class="rows pairs">
    <tbody>
      ${rows.map(
        ([key, value]) =>
          html`<tr>
            <th scope="row">${key}</th>
            <td>${value}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
