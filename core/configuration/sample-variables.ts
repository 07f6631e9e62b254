import { aliases, configurationShape } from './schema';
import { nearestKey } from './problems';
import { sameTagKey } from './tags';

/** What of the Terraform sample's variables becomes a configuration, and what is to be said of it. */
export interface TakenOver {
  /** Under the names of a configuration. */
  values: Record<string, unknown>;
  /** What was written otherwise, a sentence each. */
  mended: string[];
  /** What was not taken, and why. */
  left: string[];
}

/** What stands for a value that somebody has yet to give: `<account_id>`, `xxxxxxx`. */
const placeholder = /^<.*>$|^x{3,}$/i;

/**
 * Takes the variables of the Terraform sample over. Its two misspelt names become ours, white space goes out of names of
 * domains, numbers and switches in quotes become such.
 *
 * @param variables as `terraform.tfvars` has them
 */
export function takeOver(variables: Readonly<Record<string, unknown>>): TakenOver {
  const taken: TakenOver = { values: {}, mended: [], left: [] };
  for (const [name, given] of Object.entries(variables)) {
    const key = aliases[name] ?? name;
    if (!Object.hasOwn(configurationShape, key)) {
      const nearest = nearestKey(name, Object.keys(configurationShape));
      taken.left.push(
        `${name}: no such parameter here${nearest === undefined ? '' : `; perhaps ${nearest} is meant`}`,
      );
      continue;
    }
    if (typeof given === 'string' && placeholder.test(given.trim())) {
      taken.left.push(`${name}: ${given} only stands for a value`);
      continue;
    }
    if (typeof given === 'string' && given.includes('${')) {
      taken.left.push(`${name}: ${given} is worked out by Terraform; write what it comes to`);
      continue;
    }
    if (key !== name) taken.mended.push(`${name} is spelt ${key}`);
    taken.values[key] = mend(key, given, taken.mended);
  }
  sayEnvironment(taken);
  return taken;
}

function mend(key: string, given: unknown, mended: string[]): unknown {
  if (Array.isArray(given)) {
    return given.map((item, index) => mend(`${key}[${index}]`, item, mended));
  }
  if (key === 'tags' && typeof given === 'object' && given !== null) {
    return withoutDoubles(given as Record<string, unknown>, mended);
  }
  if (typeof given === 'number' && key === 'account_id') return String(given).padStart(12, '0');
  if (typeof given !== 'string') return given;
  const name = /_(?:domain|url)$|^cert_alt_names/.test(key) ? given.replaceAll(/\s/g, '') : given.trim();
  if (name !== given) mended.push(`${key}: white space is taken out of "${given}"`);
  if (/^(?:true|false)$/.test(name) && /^(?:associate_|lambda_concurrency)/.test(key)) return name === 'true';
  if (/^\d+$/.test(name) && /_size$|_concurrency$/.test(key)) return Number(name);
  return name;
}

/** IAM's tag keys ignore case (IAM user guide, "Rules for tagging in IAM"), so that of two the second is not taken. */
function withoutDoubles(tags: Record<string, unknown>, mended: string[]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [key, value] of Object.entries(tags)) {
    const first = Object.keys(kept).find((other) => sameTagKey(key, other));
    if (first !== undefined) {
      mended.push(`tags: ${key} is left out, since ${first} is there and the two are one to IAM`);
      continue;
    }
    const spelt = sameTagKey(key, 'Name') ? 'Name' : key;
    if (spelt !== key) mended.push(`tags: ${key} is spelt ${spelt}, as eksctl spells its own`);
    kept[spelt] = String(value);
  }
  return kept;
}

/** `deploymentTags` has one of the two: that of the map. */
function sayEnvironment({ values: { env, tags }, mended }: TakenOver): void {
  const key = Object.keys((tags as object | undefined) ?? {}).find((name) => sameTagKey(name, 'env'));
  if (key === undefined || env === undefined) return;
  mended.push(`tags: ${key} stands for the tag that env makes, since the two are one to IAM`);
}
