/** What a list may be narrowed to. */
export interface ListOptions {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Items per request; without it everything comes in one. */
  readonly pageSize?: number | undefined;
  /** Only `metadata` of each item. */
  readonly metadataOnly?: boolean | undefined;
  /**
   * Any state from this resource version on will do. Without it the API server first makes sure that its cache has
   * caught up with etcd, which may take it up to 100 ms.
   */
  readonly notOlderThan?: string | undefined;
  /** Just the state of this resource version, which the API server keeps for some minutes (410 afterwards). */
  readonly at?: string | undefined;
}

/** The media type to ask for. */
export function acceptOf(options: ListOptions, suffix: 'List' | ''): string {
  return options.metadataOnly === true
    ? `application/json;as=PartialObjectMetadata${suffix};g=meta.k8s.io;v=v1`
    : 'application/json';
}

/** The query of a list or watch, with its `?`. */
export function queryOf(options: ListOptions, extra: Record<string, string | undefined>): string {
  const parameters = new URLSearchParams();
  const values: Record<string, string | undefined> = {
    labelSelector: options.labelSelector,
    fieldSelector: options.fieldSelector,
    limit: options.pageSize?.toString(),
    ...versionOf(options),
    ...extra,
  };
  // The token of a page has the version in it, and the API server takes no other beside it.
  if (extra['continue'] !== undefined) values['resourceVersion'] = values['resourceVersionMatch'] = undefined;
  for (const [name, value] of Object.entries(values)) if (value !== undefined) parameters.set(name, value);
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}

function versionOf({ at, notOlderThan }: ListOptions): Record<string, string | undefined> {
  if (at !== undefined) return { resourceVersion: at, resourceVersionMatch: 'Exact' };
  if (notOlderThan === undefined) return {};
  return { resourceVersion: notOlderThan, resourceVersionMatch: 'NotOlderThan' };
}
