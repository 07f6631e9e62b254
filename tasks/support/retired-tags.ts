import { z } from 'zod';
import { readRegistration } from '../../adapters/aws/registry';
import { givenTags, readLatestRun } from '../../adapters/aws/registry-runs';
import { readEnvironment } from '../../core/environment';
import type { TaskContext } from './context';
import type { Deployment } from './task';

const registeredTags = z.object({ deployment: z.object({ tags: z.record(z.string(), z.string()) }) });

/**
 * Takes off a resource the tags that a deployment set there and that are no longer configured. A tag that somebody else
 * set, or gave another value, is theirs. The registry is read only where a resource has a tag that is not configured.
 *
 * @param resource what it is called for people, the tags that it has, and how to take off those of the given keys
 */
export async function removeRetiredTags(
  resource: {
    what: string;
    tags: Readonly<Record<string, string>>;
    untag: (keys: string[]) => Promise<void>;
  },
  deployment: Deployment,
  context: TaskContext,
): Promise<void> {
  const retired = await retiredTags(resource.tags, deployment, context);
  if (retired.length === 0) return;
  await context.mutate({ action: 'remove', what: `tags of ${resource.what}: ${retired.join(', ')}` }, () =>
    resource.untag(retired),
  );
}

/** @returns keys */
async function retiredTags(
  found: Readonly<Record<string, string>>,
  { name, tags }: Deployment,
  { clients, environment }: TaskContext,
): Promise<string[]> {
  const others = Object.entries(found).filter(([key]) => !(key in tags) && !key.startsWith('aws:'));
  if (others.length === 0) return [];
  const table = readEnvironment('registryTable', environment);
  const latest = await readLatestRun(clients, table, name);
  const registration = registeredTags.safeParse((await readRegistration(clients, table, name))?.row).data;
  const given = givenTags(latest?.tags ?? {}, registration?.deployment.tags ?? {});
  return others.filter(([key, value]) => given[key]?.includes(value) === true).map(([key]) => key);
}
