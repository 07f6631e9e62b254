import type { GroupRoom, Room } from '../../../core/nodes/room';
import { html, type Html } from './html';

/** What pods ask of the nodes of each group, against what these give; and the pods that found no room. */
export function roomSection({ groups, waiting }: Room): Html {
  return html`
    <div class="scroll">
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">Node group</th>
            <th scope="col">Nodes</th>
            <th scope="col">CPUs</th>
            <th scope="col">Memory</th>
            <th scope="col">Pods</th>
          </tr>
        </thead>
        <tbody>
          ${groups.map(groupOf)}
        </tbody>
      </table>
    </div>
    ${waiting.map(
      ({ pod, why }) => html`<p><b class="warning">!</b> <code>${pod}</code> has no room: ${why}</p>`,
    )}
  `;
}

function groupOf({ group, type, nodes, allocatable, requested }: GroupRoom): Html {
  const amount = (asked: number, given: number, digits: number, unit: string): Html =>
    html`<td>
      <meter min="0" max="${given}" value="${asked}" high="${given}"></meter>
      <div class="number">${asked.toFixed(digits)} of ${given.toFixed(digits)}${unit}</div>
    </td>`;
  return html`<tr>
    <th scope="row">${group}</th>
    <td>${nodes} × ${type}</td>
    ${amount(requested.cpuMillis / 1000, allocatable.cpuMillis / 1000, 1, '')}
    ${amount(requested.memoryMiB / 1024, allocatable.memoryMiB / 1024, 1, ' GiB')}
    ${amount(requested.pods, allocatable.pods, 0, '')}
  </tr>`;
}
