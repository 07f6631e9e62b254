import { kubeflowSteps } from './kubeflow-steps';
import { kubernetesSteps } from './kubernetes-steps';
import type { UpgradePoint, UpgradeStep } from './upgrade-step';

const begin = '<!-- Written by `npx tsx tools/write-upgrades.ts` from core/upgrades. -->';
const end = '<!-- End of what is written. -->';

/**
 * The page with what is between versions as the tables have it now.
 *
 * @throws Error where the page has lost its marks
 */
export function upgradesDocument(page: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error('docs/guides/upgrades.md has no marks for what is written into it');
  return `${page.slice(0, from + begin.length)}\n\n${tables()}\n${page.slice(to)}`;
}

function tables(): string {
  return [...section('Kubernetes', kubernetesSteps), ...section('Kubeflow', kubeflowSteps)].join('\n');
}

function section(of: string, steps: readonly UpgradeStep[]): string[] {
  return steps.flatMap(({ from, to, points }) => [`### ${of} ${from} → ${to}`, '', ...points.map(line), '']);
}

function line({ kind, what, todo, source }: UpgradePoint): string {
  return `- _${kind}_: ${code(what)}${todo === undefined ? '' : ` **${code(todo)}**`} (${source})`;
}

/** Commands of a sentence stand out. */
const code = (text: string): string => text.replaceAll(/kubectl [^.]+(?=\.$)/g, '`$&`');
