import { runsOn } from '../../../core/nodes/image-platforms';
import { amountsOf, parseQuantity, sum } from '../../../core/nodes/quantity';
import { allocatableOf, capacityOf, podsOf, type InstanceShape } from '../../../core/nodes/resources';

const shape = (vcpus: number, memoryMiB: number, interfaces: number, addresses: number): InstanceShape => ({
  type: 'any',
  vcpus,
  memoryMiB,
  gpus: 0,
  interfaces,
  addressesPerInterface: addresses,
  architecture: 'amd64',
});
const t3Medium = shape(2, 4096, 3, 6);
const m5Large = shape(2, 8192, 3, 10);
const m5FourTimes = shape(16, 65_536, 8, 30);
const m5Largest = shape(96, 393_216, 15, 50);

// The numbers of pods are those of awslabs/amazon-eks-ami (eni-max-pods.txt), capped as a managed node group caps them.
test.each([
  ['t3.medium', t3Medium, 17],
  ['m5.large', m5Large, 29],
  ['m5.4xlarge', m5FourTimes, 110],
  ['m5.24xlarge', m5Largest, 250],
])('%s has addresses for its pods', (_type, machine, pods) => {
  expect(podsOf(machine)).toBe(pods);
});

test('a node gives to pods what the kubelet and the system do not keep', () => {
  expect(capacityOf(m5Large, 100)).toEqual({
    cpuMillis: 2000,
    memoryMiB: 7577,
    storageMiB: 102_400,
    gpus: 0,
    pods: 29,
  });
  expect(allocatableOf(m5Large, 100)).toEqual({
    cpuMillis: 1930,
    memoryMiB: 7577 - (255 + 11 * 29) - 100,
    storageMiB: 91_136,
    gpus: 0,
    pods: 29,
  });
  // 60 + 10 + 5 + 5 + 12 × 2.5
  expect(allocatableOf(m5FourTimes, 100).cpuMillis).toBe(16_000 - 110);
});

test.each([
  ['250m', 0.25],
  ['2', 2],
  ['2Gi', 2 ** 31],
  ['1500M', 1.5e9],
  ['1e3', 1000],
  ['0.5', 0.5],
  [undefined, 0],
  ['nonsense', 0],
])('the quantity %s is %d', (text, value) => {
  expect(parseQuantity(text)).toBeCloseTo(value);
});

test('amounts are summed', () => {
  const one = amountsOf({ cpu: '250m', memory: '100Mi', 'nvidia.com/gpu': '1' });
  expect(sum([one, amountsOf({ cpu: '1' }), amountsOf()])).toEqual({
    cpuMillis: 1250,
    memoryMiB: 100,
    gpus: 1,
  });
});

test('images of Pipelines are for x86-64 alone, wherever they were mirrored to', () => {
  const images = [
    'ghcr.io/kubeflow/kfp-api-server:2.16.1',
    '111122223333.dkr.ecr.eu-central-1.amazonaws.com/kubeflow/kfp-frontend@sha256:0',
    'gcr.io/tfx-oss-public/ml_metadata_store_server:1.14.0',
    'ghcr.io/kubeflow/katib/katib-ui:v0.19.0',
  ];
  expect(images.map((image) => runsOn(image, 'arm64'))).toEqual([false, false, false, true]);
  expect(images.every((image) => runsOn(image, 'amd64'))).toBe(true);
});
