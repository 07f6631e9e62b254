import { z } from 'zod';
import { connectToCluster } from '../../adapters/aws/cluster-access';
import type { AwsClients } from '../../adapters/aws/clients';
import { findLoadBalancer, readLoadBalancerAttributes } from '../../adapters/aws/elb';
import { webAclOfLoadBalancer } from '../../adapters/aws/web-acls';
import { resources } from '../../adapters/kubernetes/resources';
import type { Ingress } from '../../adapters/kubernetes/types';
import { NotReadyError, UserError } from '../../core/errors';
import { clusterAddressSchema } from '../../core/handover/cluster';
import { ingressSchema } from '../../core/handover/ingress';
import { attributesOf, loadBalancerAnnotations, noWebAcl } from '../../core/load-balancer-annotations';
import { ingress as ingressNames } from '../../core/naming';
import { defineTask, deploymentSchema } from '../support/task';

const where = `${ingressNames.namespace}/${ingressNames.name}`;

/**
 * Reads which load balancer the controller made for Kubeflow's ingress, once it is active and has the web ACL and the access
 * logs that the ingress asks for: the controller tells of a failure there by events alone.
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
    const lacking = await whatIsLacking(
      context.clients,
      loadBalancer.arn,
      ingress?.metadata?.annotations ?? {},
    );
    if (lacking.length > 0) {
      throw new NotReadyError(
        'IngressHasNoAddress',
        `the load balancer ${hostname} is not yet what the ingress ${where} asks for: ${lacking.join('; ')}. If that stays, ` +
          `the events of the ingress say why: kubectl -n ${ingressNames.namespace} describe ingress ${ingressNames.name}`,
      );
    }
    context.observe(
      'load-balancer-name',
      loadBalancer.hostedZoneId === '' ? 'refuted' : 'verified',
      loadBalancer.hostedZoneId === '' ? 'no zone' : undefined,
    );
    return { hostname, hostedZoneId: loadBalancer.hostedZoneId, loadBalancerArn: loadBalancer.arn };
  },
});

export const handler = task.handler;

/** What of the annotations the load balancer does not show, in words. Asks only for what is in them. */
async function whatIsLacking(
  clients: AwsClients,
  arn: string,
  annotations: Readonly<Record<string, string>>,
): Promise<string[]> {
  const { webAcl: wantedAcl, attributes } = {
    webAcl: annotations[loadBalancerAnnotations.webAcl],
    attributes: annotations[loadBalancerAnnotations.attributes],
  };
  const logs = [...attributesOf(attributes)].filter(([name]) => name.startsWith('access_logs.'));
  const present =
    logs.length === 0 ? new Map<string, string>() : await readLoadBalancerAttributes(clients, arn);
  const lacking = logs
    .filter(([name, value]) => (present.get(name) ?? '') !== value)
    .map(([name, value]) => `${name} is ${present.get(name) ?? 'not set'}, expected ${value}`);
  if (wantedAcl === undefined) return lacking;
  const wanted = wantedAcl === noWebAcl ? undefined : wantedAcl;
  const acl = await webAclOfLoadBalancer(clients, arn);
  return acl === wanted
    ? lacking
    : [...lacking, `its web ACL is ${acl ?? 'none'}, expected ${wanted ?? 'none'}`];
}
