import { formatProblem, parseConfiguration } from '../../../core/configuration';
import { configurationWith } from '../../builds/support';

test.each([
  ['fs-0123456789abcdef0', 'must be a map with "file_system_id"'],
  [{}, 'must be the id of an EFS file system'],
  [{ file_system_id: 'efs-1' }, 'must be the id of an EFS file system, such as "fs-0123456789abcdef0"'],
  [{ file_system_id: 'fs-89abcdef', class: 'x' }, 'class'],
])('shared volumes on %j are refused with what is wrong', (shared_volumes, message) => {
  const parsed = parseConfiguration({ ...sample(), shared_volumes });
  expect(parsed.ok ? '' : parsed.problems.map(formatProblem).join('\n')).toContain(message);
});

test.each(['fs-89abcdef', 'fs-0123456789abcdef0'])(
  'the file system %s is taken, and there is none without the key',
  (id) => {
    const parsed = parseConfiguration({ ...sample(), shared_volumes: { file_system_id: id } });
    expect(parsed.ok && parsed.configuration.shared_volumes).toEqual({ file_system_id: id });
    expect(configurationWith({}).shared_volumes).toBeUndefined();
  },
);

function sample(): Record<string, unknown> {
  return {
    region: 'eu-central-1',
    account_id: '111122223333',
    vpc_id: 'vpc-0123456789abcdef0',
    kms_key_arn: 'arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555',
    eks_name: 'acme',
    route53_domain: 'acme.example.com',
    adfs_url: 'adfs.acme.example.com',
  };
}
