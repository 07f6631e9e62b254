import type { BuildConfiguration } from '../../../core/configuration';

type Selectable = BuildConfiguration['kubeflow']['components'][number];

/** An entry of the dashboard's menu, or one of its quick links. */
interface Link {
  link?: string;
  items?: Link[];
  [key: string]: unknown;
}

/** Which component answers below a path. */
const owners: readonly (readonly [path: string, component: Selectable])[] = [
  ['/jupyter/', 'notebooks'],
  ['/tensorboards/', 'notebooks'],
  ['/volumes/', 'notebooks'],
  ['/katib/', 'katib'],
  ['/kserve-endpoints/', 'kserve'],
  ['/pipeline/', 'pipelines'],
  ['/model-registry/', 'model-registry'],
];

/**
 * The links of the dashboard without those that would lead to a page that nothing serves. What is not known here stays.
 *
 * @param text `links` of the ConfigMap `dashboard-config`
 * @param selected the components that are installed
 */
export function linksThatLead(text: string, selected: readonly string[]): string {
  const leads = ({ link }: Link): boolean => {
    const owner = owners.find(([path]) => link?.startsWith(path) === true)?.[1];
    return owner === undefined || selected.includes(owner);
  };
  const kept = (links: readonly Link[]): Link[] =>
    links.flatMap((entry) => {
      if (!leads(entry)) return [];
      if (entry.items === undefined) return [entry];
      const items = kept(entry.items);
      return items.length > 0 ? [{ ...entry, items }] : [];
    });
  const groups = JSON.parse(text) as Record<string, Link[]>;
  return JSON.stringify(
    Object.fromEntries(Object.entries(groups).map(([name, links]) => [name, kept(links)])),
    undefined,
    2,
  );
}
