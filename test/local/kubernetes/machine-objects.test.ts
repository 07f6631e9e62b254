import { nodeOfMachine, readNodeConfig, type Machine } from '../../../local/kubernetes/nodes/machine-objects';
import { gpuShape } from '../../support/nodes';

/** As Karpenter 1.12 writes the user data of Amazon Linux 2023. */
const userData = `MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="//"

--//
Content-Type: text/x-shellscript; charset="us-ascii"

#!/bin/sh
echo hello

--//
Content-Type: application/node.eks.aws

# Karpenter Generated NodeConfig
apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  cluster:
    apiServerEndpoint: https://127.0.0.1:1234
    cidr: 10.100.0.0/16
    name: acme
  kubelet:
    config:
      registerWithTaints:
      - effect: NoExecute
        key: karpenter.sh/unregistered
      - effect: NoSchedule
        key: nvidia.com/gpu
        value: present
    flags:
    - --node-labels="karpenter.sh/nodepool=gpu,kubeflow-eks/node-group=gpu"

--//--
`;

const taints = [
  { key: 'karpenter.sh/unregistered', effect: 'NoExecute' },
  { key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' },
];

test("a machine's user data says which cluster it joins, with which labels and taints", () => {
  const wanted = {
    clusterName: 'acme',
    labels: { 'karpenter.sh/nodepool': 'gpu', 'kubeflow-eks/node-group': 'gpu' },
    taints,
  };
  expect(readNodeConfig(userData)).toEqual(wanted);
  expect(readNodeConfig(userData.replaceAll('\n', '\r\n'))).toEqual(wanted);
  // Whatever the machine does, it joins no cluster.
  expect(readNodeConfig('#!/bin/sh\necho hello\n')).toBeUndefined();
  expect(readNodeConfig('')).toBeUndefined();
});

test('its node has what it was told, and no GPUs before a device plugin has run', () => {
  const machine: Machine = {
    id: 'i-0123456789abcdef0',
    hostname: 'ip-10-0-0-4.ec2.internal',
    address: '10.0.0.4',
    region: 'us-east-1',
    zone: 'us-east-1a',
    zoneId: 'use1-az6',
    shape: gpuShape,
    volumeGiB: 100,
    version: '1.35',
    config: { clusterName: 'acme', labels: { 'karpenter.sh/nodepool': 'gpu' }, taints },
  };
  const node = nodeOfMachine(machine);
  expect(node).toMatchObject({
    metadata: {
      name: machine.hostname,
      labels: {
        'karpenter.sh/nodepool': 'gpu',
        'node.kubernetes.io/instance-type': 'g5.xlarge',
        'topology.kubernetes.io/zone': 'us-east-1a',
        'topology.k8s.aws/zone-id': 'use1-az6',
      },
    },
    spec: { providerID: 'aws:///us-east-1a/i-0123456789abcdef0', taints },
    status: { capacity: { cpu: '4000m', pods: '58' } },
  });
  expect((node['status'] as { capacity: object }).capacity).not.toHaveProperty('nvidia.com/gpu');
});
