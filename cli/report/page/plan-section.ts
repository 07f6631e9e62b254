import type { PlanAction, PlannedStep, PlanVerdict } from '../../../core/plan';
import type { ReportedPlan } from '../report-model';
import { html, type Html } from './html';
import { shownTime } from './words';

const verdicts: Record<PlanVerdict, { sign: string; words: string; className: string }> = {
  create: { sign: '+', words: 'create', className: 'good' },
  change: { sign: '~', words: 'change', className: 'warning' },
  follows: { sign: '→', words: 'follows', className: '' },
  problem: { sign: '✗', words: 'problem', className: 'failure' },
  leave: { sign: '=', words: 'leave as it is', className: 'quiet' },
};

const signs: Record<PlanAction, { sign: string; className: string }> = {
  create: { sign: '+', className: 'good' },
  change: { sign: '~', className: 'warning' },
  remove: { sign: '−', className: 'failure' },
};

/** What a provisioning would create, change and leave: the sums, then the steps that do something, then the others. */
export function planSection({ plan, madeAt }: ReportedPlan): Html {
  const acting = plan.steps.filter(({ verdict }) => verdict !== 'leave');
  const left = plan.steps.filter(({ verdict }) => verdict === 'leave');
  return html`
    ${madeAt !== undefined && html`<p class="quiet">As planned at ${shownTime(madeAt)}; by steps.</p>`}
    <ul class="plan-sums">
      ${Object.entries(verdicts).map(
        ([verdict, { sign, words, className }]) =>
          html`<li><b class="${className}">${sign} ${plan.summary[verdict as PlanVerdict]}</b>${words}</li>`,
      )}
    </ul>
    ${
      acting.length === 0
        ? html`<p>Nothing to do: everything is what the configuration asks for.</p>`
        : html`<table class="rows">
            <thead>
              <tr>
                <th scope="col">Step</th>
                <th scope="col">Verdict</th>
                <th scope="col">What</th>
              </tr>
            </thead>
            <tbody>
              ${acting.map(stepOf)}
            </tbody>
          </table>`
    }
    ${
      left.length > 0 &&
      html`<p class="quiet">Left as they are: ${left.map(({ state }) => state).join(', ')}.</p>`
    }
  `;
}

function stepOf({ state, verdict, changes, more = 0, follows, reason, problem }: PlannedStep): Html {
  const { sign, words, className } = verdicts[verdict];
  return html`<tr>
    <th scope="row">${state}</th>
    <td class="verdict"><span class="${className}">${sign} ${words}</span></td>
    <td>
      <ul class="changes">
        ${changes.map(
          ({ action, what }) =>
            html`<li>
              <span class="sign ${signs[action].className}" title="${action}">${signs[action].sign}</span
              >${what}
            </li>`,
        )}
        ${more > 0 && html`<li class="quiet">and ${more} more</li>`}
        ${
          verdict === 'follows' &&
          html`<li class="quiet">${follows === undefined ? reason : `after ${follows.join(', ')}`}</li>`
        }
        ${problem !== undefined && html`<li><code>${problem.error}</code>: ${problem.message}</li>`}
      </ul>
    </td>
  </tr>`;
}
