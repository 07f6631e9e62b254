import { fittingRoleName, iamNames, longestIamPrefix } from '../../core/iam-names';
import fc from '../support/fast-check';

const word = (longest: number) => fc.stringMatching(new RegExp(`^[a-z]{1,${longest}}$`));
const naming = fc.record({
  eks_name: word(53),
  region: fc.constantFrom('eu-central-1', 'eu-central-2', 'ap-southeast-1'),
  iam_role_prefix: word(longestIamPrefix),
  iam_policy_prefix: word(longestIamPrefix),
});

test('names keep to the lengths of IAM and to the kind by which the builds may touch them', () => {
  fc.assert(
    fc.property(naming, (of) => {
      expect(iamNames.clusterRole(of)).toMatch(/^.+_kubeflow_Cluster_.{0,50}$/);
      expect(iamNames.workerRole(of)).toMatch(/^.+_kubeflow_Worker_/);
      expect(iamNames.loadBalancerRole(of)).toMatch(/^.+_kubeflow_LoadBalancer_/);
      const roles = [iamNames.clusterRole(of), iamNames.workerRole(of), iamNames.loadBalancerRole(of)];
      for (const name of [...roles, ...roles.map((each) => fittingRoleName(`${each}_gpu`))])
        expect(name.length).toBeLessThanOrEqual(64);
      expect(iamNames.loadBalancerPolicy(of).length).toBeLessThanOrEqual(128);
    }),
  );
});

test('the names of two regions differ, also where they are cut', () => {
  fc.assert(
    fc.property(naming, (of) => {
      const there = { ...of, region: 'us-west-2' };
      for (const name of Object.values(iamNames)) expect(name(of)).not.toBe(name(there));
    }),
  );
});
