import { rowsOfPeople } from '../../core/access/access-rows';
import { productVersion as version } from '../../core/product-version';
import type { AccessReport } from '../read-access';
import { placeOf } from '../known-deployments';
import type { Target } from '../target';
import { findingsSection } from './page/findings-section';
import { html } from './page/html';
import { matrixSection } from './page/matrix-section';
import { shell } from './page/shell';
import { shownTime } from './page/words';
import { accessFindings } from './report-findings';

/** The page of `access --format html`: the matrix, and what is odd about it. */
export function accessPage(report: AccessReport, target: Target, now: number): string {
  const { deployment, rows } = report;
  const people = rowsOfPeople(rows, report);
  const findings = accessFindings(report);
  return shell(
    `${deployment}: who may do what`,
    html`<header>
        <div class="brand">kubeflow-eks ${version} · access</div>
        <h1>${deployment}</h1>
        <p class="status quiet">Who may do what in ${placeOf(target)}, as of ${shownTime(now)}</p>
      </header>
      ${
        findings.length > 0 &&
        html`<section>
          <h2>Findings</h2>
          ${findingsSection(findings)}
        </section>`
      }
      <section id="access">
        <h2>Access</h2>
        ${matrixSection(people)}
      </section>
      <footer>Holds e-mail addresses of users. Made for people who may see them.</footer>`,
  );
}
