import { z } from 'zod';
import { connectToCluster } from '../../adapters/aws/cluster-access';
import { findLoadBalancer } from '../../adapters/aws/elb';
import { resources } from '../../adapters/kubernetes/resources';
import type { Ingress } from '../../adapters/kubernetes/types';
import { NotReadyError, UserError } from '../../core/errors';
import { clusterAddressSchema } from '../../core/handover/cluster';
import { ingressSchema } from '../../core/handover/ingress';
import { ingress as ingressNames } from '../../core/naming';
import { defineTask, deploymentSchema } from '../support/task';

const where = `${ingressNames.namespace}/${ingressNames.name}`;

/**
 * Reads which load balancer the controller made for Kubeflow's ingress, once it is active.
 *
 * @throws NotReadyError `IngressHasNoAddress`
 */
export const task = defineTask({
  name: 'await-ingress',
  input: z.object({
    deployment: deploymentSchema,
    cluster: clusterAddressSchema,
  }),
  output: ingressSchema,
  async run({ cluster }, context) {
    const kubernetes = connectToCluster(context.clients, cluster);
    let ingress: Ingress | undefined;
    try {
      ingress = await kubernetes.get(resources.ingresses, ingressNames);
    } finally {
      kubernetes.close();
    }
    const hostname = ingress?.status?.loadBalancer?.ingress?.find(
      (it) => it.hostname !== undefined,
    )?.hostname;
    if (hostname === undefined) {
      throw new NotReadyError(
        'IngressHasNoAddress',
        ingress === undefined
          ? `there is no ingress ${where} in the cluster ${cluster.name}; expected the one that the Kubeflow build applies.`
          : `the ingress ${where} has no address; the load balancer controller gives it one within minutes. If it does ` +
              `not, its events say why: kubectl -n ${ingressNames.namespace} describe ingress ${ingressNames.name}`,
      );
    }
    const loadBalancer = await findLoadBalancer(context.clients, hostname);
    if (loadBalancer === undefined || loadBalancer.state === 'provisioning') {
      throw new NotReadyError(
        'IngressHasNoAddress',
        `the load balancer ${hostname} of the ingress ${where} is ${loadBalancer?.state ?? 'not there'}; expected active.`,
      );
    }
    if (loadBalancer.state === 'failed') {
      throw new UserError(
        'UnexpectedFailure',
        `the load balancer ${hostname} of the ingress ${where} is failed; expected active. Delete the ingress so that ` +
          'the controller removes it, redo the step "Install Kubeflow" by a new execution.',
      );
    }
    return { hostname, hostedZoneId: loadBalancer.hostedZoneId, loadBalancerArn: loadBalancer.arn };
  },
});

export const handler = task.handler;
