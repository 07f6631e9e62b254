import { lastLogLine } from '../../../adapters/aws/build-log';
import { BuildLogs } from '../../../local/region/services/build-logs';
import { gatewayClients } from '../../support/gateway';

const group = '/aws/codebuild/kubeflow-eks-cluster';

test('the last line of a build is what its log ends with, and a stream that is not there has none', async () => {
  const logs = new BuildLogs();
  const { clients, close } = await gatewayClients({ logs: [logs.handler] });
  try {
    expect(await lastLogLine(clients, { group, stream: 'one' })).toBeUndefined();
    logs.write('kubeflow-eks-cluster', 'one', 'creating the cluster');
    logs.write('kubeflow-eks-cluster', 'one', '  ');
    logs.write('kubeflow-eks-cluster', 'two', 'another build');
    expect(await lastLogLine(clients, { group, stream: 'one' })).toBe('creating the cluster');
    expect(await lastLogLine(clients, { group: '', stream: '' })).toBeUndefined();
  } finally {
    await close();
  }
});
