import { buildPermissions } from '../../infra/build-permissions';
import { functionFiles, functionSpec } from '../../infra/functions';

/** What changes or removes what all regions of an account share; identity providers have the region in their ARN. */
const shared =
  /^(?:acm:DeleteCertificate|iam:(?:AttachRolePolicy|DetachRolePolicy|CreatePolicyVersion|DeletePolicyVersion|DeleteRole|DeleteRolePolicy|DeletePolicy))$/;

const permissions = [
  ...Object.values(buildPermissions).flat(),
  ...functionFiles.flatMap((file) => functionSpec(file).permissions),
].filter(({ actions }) => actions.some((action) => shared.test(action)));

describe('the stack of one region', () => {
  it('has something to change that other regions share', () => {
    expect(permissions.length).toBeGreaterThan(5);
  });

  it.each(permissions.map((permission) => [permission.actions.join(', '), permission] as const))(
    'leaves what is marked as of another region: %s',
    (_actions, { conditions }) => {
      expect(conditions).toMatchObject({
        Null: { 'aws:ResourceTag/kubeflow-eks:deployment': 'false' },
        StringEqualsIfExists: { 'aws:ResourceTag/kubeflow-eks:region': '<region>' },
      });
    },
  );
});
