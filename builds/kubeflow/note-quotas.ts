import { completeRules } from '../../core/access/complete-rules';
import { quotaFindings, quotaOf, type ProfileLike, type QuotaRules } from '../../core/access/profile-quota';
import { buildEnvironment, type BuildEnvironment } from '../../core/handover/build-environment';
import type { ReadOnlyKubectl } from './installation-changes';

/** Profiles that a note names; of the others it says how many there are. */
const named = 10;

/** The access rules that the workflow hands to a plan; nothing where they did not fit the variable. */
export function readQuotaRules(environment: BuildEnvironment = buildEnvironment()): QuotaRules | undefined {
  const { ACCESS: text = '{}' } = environment;
  const rules = JSON.parse(text) as object;
  return Object.keys(rules).length === 0 ? undefined : completeRules(rules);
}

/**
 * Tells of Profiles without a quota, whose workloads may fill the cluster, and of those whose quota the re-sync after
 * this provisioning would change: by reads alone.
 *
 * @param rules without them it is only told who has no quota
 */
export async function noteQuotas(
  rules: QuotaRules | undefined,
  kubectl: Pick<ReadOnlyKubectl, 'list'>,
  note: (text: string) => void,
): Promise<void> {
  const profiles = (await kubectl.list('profiles.kubeflow.org'))
    .map((profile) => quotaOf({ ...profile, spec: profile['spec'] as ProfileLike['spec'] }))
    .filter((profile) => profile !== undefined);
  const { withoutQuota, quotaToChange, quotaKept } = quotaFindings(profiles, rules ?? completeRules({}));
  if (withoutQuota.length > 0) {
    const gets = rules !== undefined && Object.keys(rules.default_quota).length > 0;
    note(
      `Profiles without a quota (${gets ? 'the next re-sync gives them access.default_quota' : 'see access.default_quota'}): ` +
        list(withoutQuota),
    );
  }
  if (rules === undefined) {
    if (profiles.length > 0)
      note('the access rules are too long for a build, so that no quota was compared with them');
    return;
  }
  if (quotaToChange.length > 0) note(`Profiles whose quota the next re-sync changes: ${list(quotaToChange)}`);
  if (quotaKept.length > 0) {
    note(
      'Profiles that keep another quota than access.namespaces says, since an administrator made them or set them ' +
        `apart: ${list(quotaKept)}`,
    );
  }
  const missing = Object.keys(rules.namespaces).filter((name) =>
    profiles.every((profile) => profile.name !== name),
  );
  if (missing.length > 0) note(`access.namespaces names namespaces without a Profile: ${list(missing)}`);
}

function list(names: readonly string[]): string {
  const more = names.length - named;
  return [...names].sort().slice(0, named).join(', ') + (more > 0 ? ` and ${more.toString()} more` : '');
}
