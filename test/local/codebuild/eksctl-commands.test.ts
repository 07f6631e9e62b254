import { renderCluster } from '../../../builds/cluster/cluster-config';
import { readCommand, required } from '../../../local/codebuild/eksctl/commands';
import { configurationWith, found } from '../../builds/support';
import { everyEksctlCommand } from '../../support/eksctl-commands';

const desired = renderCluster(configurationWith({ gpu_node_group: {} }), found);

test.each(everyEksctlCommand(desired))(
  'the command of "%s" has flags that eksctl has for it',
  (_, { args, config }) => {
    expect(() => readCommand(config === undefined ? args : [...args, '-f', 'file'])).not.toThrow();
  },
);

test('an unknown command, and a flag that the command does not have, are refused', () => {
  expect(() => readCommand(['get', 'cluster'])).toThrow('does not know "eksctl get cluster"');
  expect(() => readCommand(['upgrade', 'nodegroup', '--cluster', 'a', '--approve'])).toThrow(
    'unknown flag: --approve',
  );
  expect(() => readCommand(['create', 'cluster', '--made-up'])).toThrow('--made-up');
  expect(() => required(readCommand(['delete', 'nodegroup', '--cluster', 'a']), 'name')).toThrow(
    '--name must be set',
  );
});
