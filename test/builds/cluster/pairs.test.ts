import { changesOf } from '../../../builds/cluster/cluster-changes';
import { renderCluster } from '../../../builds/cluster/cluster-config';
import { parseConfiguration, type Configuration } from '../../../core/configuration';
import { refusedChanges, type Known } from '../../../core/configuration/changes';
import fc from '../../support/fast-check';
import { minimalConfiguration } from '../../support/minimal-configuration';
import { arbitraryDocument, arbitraryFound } from './arbitrary-configuration';
import { after } from './observed';
import { essence, perform } from './performed';

const elsewhere = {
  kms_key_arn: minimalConfiguration.kms_key_arn.replace('/11111111-', '/99999999-'),
  cognito_domain: 'cognito.login.ml.acme.example',
  auth_base_domain: 'login.ml.acme.example',
};
// Half of the pairs differ in something that may be refused, and half do not.
const half = fc
  .tuple(arbitraryDocument, fc.constantFrom({}, {}, { kms_key_arn: elsewhere.kms_key_arn }, elsewhere))
  .map(([document, more]) => ({ ...document, ...more }));
const prefixes = fc.constantFrom('kubeflow', 'kubeflow', 'kubeflow', 'ml');

/** A cluster of one name, as two configurations ask for it one after the other. */
const pair = fc.tuple(half, half, prefixes, prefixes, arbitraryFound, arbitraryFound, fc.boolean());

function configurationOf(document: Record<string, unknown>, prefix: string): Configuration | undefined {
  const names = { eks_name: 'acme', iam_role_prefix: prefix, iam_policy_prefix: prefix };
  return parseConfiguration({ ...minimalConfiguration, ...document, ...names }).configuration;
}

const known = (configuration: Configuration): Known => ({
  configuration: { ...configuration },
  vpcId: configuration.vpc_id,
});

test('one configuration after another ends as the second alone, or was refused before the first change', () => {
  const seen = { refused: 0, reached: 0 };
  fc.assert(
    fc.property(pair, ([one, two, prefix, other, found, foundLater, sameVersion]) => {
      const before = configurationOf(one, prefix);
      const now = configurationOf(
        sameVersion ? { ...two, kubernetes_version: before?.kubernetes_version } : two,
        other,
      );
      if (before === undefined || now === undefined) return;
      if (refusedChanges(known(before), known(now)).length > 0) {
        seen.refused += 1;
        return;
      }
      seen.reached += 1;
      const desired = renderCluster(now, foundLater);
      let cluster = after(renderCluster(before, found));
      // What is admitted is never refused by the build.
      for (const change of changesOf(desired, cluster)) cluster = perform(cluster, change, desired);
      expect(changesOf(desired, cluster)).toEqual([]);
      expect(essence(cluster)).toEqual(essence(after(desired)));
    }),
    { numRuns: 300 },
  );
  expect(seen.refused).toBeGreaterThan(20);
  expect(seen.reached).toBeGreaterThan(20);
});
