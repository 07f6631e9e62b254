import { environmentOf, type Installed } from '../../../local/karpenter/installed';

/** As Karpenter's chart writes it. */
function installed(env: object[], resources: object = {}): Installed {
  return {
    metadata: { name: 'karpenter', namespace: 'kube-system' },
    spec: { template: { spec: { containers: [{ env, resources }] } } },
  } as unknown as Installed;
}

test('the variables of the chart are those that a kubelet gives the container', () => {
  const of = (resource: string, divisor: string): object => ({
    valueFrom: { resourceFieldRef: { containerName: 'controller', resource, divisor } },
  });
  const environment = environmentOf(
    installed(
      [
        { name: 'CLUSTER_NAME', value: 'acme' },
        { name: 'EMPTY' },
        { name: 'SYSTEM_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
        { name: 'CPU_REQUESTS', ...of('requests.cpu', '1m') },
        { name: 'MEMORY_LIMIT', ...of('limits.memory', '0') },
        { name: 'CPU_LIMIT', ...of('limits.cpu', '1m') },
      ],
      { requests: { cpu: '250m', memory: '512Mi' }, limits: { memory: '1Gi' } },
    ),
  );
  expect(environment).toEqual({
    CLUSTER_NAME: 'acme',
    EMPTY: '',
    SYSTEM_NAMESPACE: 'kube-system',
    CPU_REQUESTS: '250',
    MEMORY_LIMIT: String(1024 ** 3),
    CPU_LIMIT: '0',
  });
});

test('a variable from elsewhere is not made up', () => {
  const secret = { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'token', key: 'token' } } };
  expect(() => environmentOf(installed([secret]))).toThrow('where TOKEN of Karpenter');
  const odd = { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'requests.cpu' } } };
  expect(() => environmentOf(installed([odd], { requests: { cpu: 'much' } }))).toThrow('much is no quantity');
});
