import type { Needs } from '../needs';
import { text } from '../parameters';

/** Route 53: a hosted zone or a change, and what a change of records is about. */
export const route53Needs: Needs = ({ action, parameters, partition }) => {
  const zone = text(parameters, 'zone');
  const change = text(parameters, 'change');
  const resource =
    zone === undefined ? (change === undefined ? undefined : `change/${change}`) : `hostedzone/${zone}`;
  return [
    {
      action,
      resource: resource === undefined ? undefined : `arn:${partition}:route53:::${resource}`,
      keys: changeKeys(text(parameters, 'xml') ?? ''),
    },
  ];
};

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html */
function changeKeys(xml: string): Readonly<Record<string, readonly string[]>> {
  const all = (element: string): string[] => [
    ...new Set(
      [...xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g'))].map(([, value = '']) => value),
    ),
  ];
  const sets = [...xml.matchAll(/<ResourceRecordSet>([^]*?)<\/ResourceRecordSet>/g)].map(
    ([, set = '']) => set,
  );
  const first = (element: string): string[] =>
    sets.flatMap((set) => new RegExp(`<${element}>([^<]*)</${element}>`).exec(set)?.[1] ?? []);
  return {
    'route53:changeresourcerecordsetsrecordtypes': [...new Set(first('Type'))],
    'route53:changeresourcerecordsetsactions': all('Action'),
    'route53:changeresourcerecordsetsnormalizedrecordnames': [
      ...new Set(first('Name').map((name) => name.toLowerCase().replace(/\.$/, ''))),
    ],
  };
}
