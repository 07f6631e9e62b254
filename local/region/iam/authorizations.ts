import type { AwsRequest, HttpParts } from '../gateway/aws-request';
import { callOf } from './actions';
import type { Authorization } from './evaluate';
import { knowsNoResource } from './needs';
import { tagsOf, text, texts } from './parameters';
import { servicesNeeds } from './services';

/** Where the region is, for the ARNs of what is in it. */
export interface Place {
  readonly accountId: string;
  readonly partition: string;
  /** The attribute that is the partition key of the region's tables. */
  readonly partitionKey: string;
}

/** Calls that need no permission, in any account (STS, API reference, GetCallerIdentity). */
const freeForAll: ReadonlySet<string> = new Set(['sts:GetCallerIdentity']);

/**
 * Everything that a request needs to be allowed. All of it must be.
 *
 * @throws UnknownCall for a request that cannot be translated
 */
export function authorizationsOf(request: AwsRequest, http: HttpParts, place: Place): Authorization[] {
  const call = callOf(request, http);
  if (freeForAll.has(call.action)) return [];
  const { prefix, parameters } = call;
  const arn = (resource: string, service = prefix, region = call.region): string =>
    `arn:${place.partition}:${service}:${region}:${place.accountId}:${resource}`;
  const needsOf = Object.hasOwn(servicesNeeds, prefix) ? servicesNeeds[prefix] : undefined;
  const needs = needsOf?.({ ...call, ...place, arn }) ?? [{ action: call.action, resource: undefined }];
  const tags = tagsOf(parameters);
  const tagKeys = [...Object.keys(tags), ...texts(parameters, 'TagKeys'), text(parameters, 'tagKeys') ?? []];
  const common = {
    'aws:tagkeys': tagKeys.flat(),
    'aws:resourceaccount': [place.accountId],
    'aws:requestedregion': [call.region],
    ...Object.fromEntries(
      Object.entries(tags).map(([key, value]) => [`aws:requesttag/${key}`.toLowerCase(), [value]]),
    ),
  };
  return needs.map(({ action, resource, keys = {} }) => ({
    action,
    resource: knowsNoResource(action) ? '*' : resource,
    context: {
      values: { ...common, ...keys },
      known: ['aws:requesttag/', 'aws:tagkeys', ...Object.keys(keys), ...whollyKnown(action)],
    },
  }));
}

/** Keys of which the extractors above always have what the request has: where they are missing, they are absent. */
function whollyKnown(action: string): string[] {
  return [
    'dynamodb:leadingkeys',
    'events:source',
    'eks:kubernetesgroups',
    'eks:principalarn',
    'eks:username',
  ].filter((key) => key.startsWith(action.slice(0, action.indexOf(':') + 1)));
}
