import type { ControlPlane } from '../../../local/kubernetes/control-plane';
import { appliedObject } from '../../support/installed';

interface Ingress {
  metadata: { annotations: Record<string, string> };
}
/** Annotations of the ingress that is there. */
export const ingressOf = async (cluster: ControlPlane): Promise<Record<string, string>> =>
  (await appliedObject<Ingress>(cluster, 'ingress', 'istio-ingress', '--namespace', 'istio-system')).metadata
    .annotations;

/** The `CONFIGURATION` of a build with another one of what it says of Kubeflow. */
export function withKubeflow(configuration: string, change: object): string {
  const document = JSON.parse(configuration) as { kubeflow: object };
  return JSON.stringify({ ...document, kubeflow: { ...document.kubeflow, ...change } });
}
