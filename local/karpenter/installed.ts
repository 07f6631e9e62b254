import type { KubeObject } from '../kubernetes/kube-client';

/** A variable of a container, in the ways in which Karpenter's chart writes it. */
interface Variable {
  name: string;
  value?: string;
  valueFrom?: { fieldRef?: { fieldPath: string }; resourceFieldRef?: { resource: string; divisor?: string } };
}

interface Container {
  env?: Variable[];
  resources?: Record<string, Record<string, string> | undefined>;
}

/** The Deployment of Karpenter's chart, as far as it is read here. */
export interface Installed extends KubeObject {
  spec: { template: { spec: { serviceAccountName?: string; containers: Container[] } } };
  status?: { readyReplicas?: number };
}

/**
 * The environment that a kubelet gives the container of Karpenter's chart.
 *
 * @throws Error for a variable whose value comes from somewhere else than the chart says so far
 */
export function environmentOf(installed: Installed): Record<string, string> {
  const [container] = installed.spec.template.spec.containers;
  if (container === undefined) throw new Error('the Deployment of Karpenter has no container');
  return Object.fromEntries(
    (container.env ?? []).map((variable) => [variable.name, valueOf(variable, installed, container)]),
  );
}

function valueOf({ name, value, valueFrom }: Variable, installed: Installed, container: Container): string {
  if (valueFrom === undefined) return value ?? '';
  if (valueFrom.fieldRef?.fieldPath === 'metadata.namespace') return installed.metadata.namespace ?? '';
  const { resource = '', divisor = '0' } = valueFrom.resourceFieldRef ?? {};
  const [kind = '', of = ''] = resource.split('.');
  const quantity = container.resources?.[kind]?.[of];
  if (valueFrom.resourceFieldRef === undefined)
    throw new Error(`the region does not know where ${name} of Karpenter's chart comes from`);
  // Without a limit of its own a container has the node's.
  if (quantity === undefined) return '0';
  return String(Math.ceil(amountOf(quantity) / (amountOf(divisor) || 1)));
}

const factors: Readonly<Record<string, number>> = {
  m: 0.001,
  '': 1,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  k: 1e3,
  M: 1e6,
  G: 1e9,
};

/** Of a quantity of Kubernetes, in its base unit: bytes, or whole processors. */
function amountOf(quantity: string): number {
  const [, digits, suffix = ''] = /^([\d.]+)(\w*)$/.exec(quantity) ?? [];
  const factor = factors[suffix];
  if (digits === undefined || factor === undefined) throw new Error(`${quantity} is no quantity`);
  return Number(digits) * factor;
}
