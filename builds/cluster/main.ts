/** The build that makes the cluster or brings it to what is configured. */
import { join } from 'node:path';
import { createClients } from '../../adapters/aws/clients';
import { deleteStack, findStack, stackFailures } from '../../adapters/aws/cloudformation';
import { findCluster } from '../../adapters/aws/eks';
import { UserError } from '../../core/errors';
import { run } from '../support/command';
import { foundSchema, readConfiguration, readInput } from '../support/input';
import { kubeconfig, writeKubeconfig } from '../support/kubeconfig';
import { runMain } from '../support/main';
import { say } from '../support/say';
import { reader } from '../tools/download';
import { convergeCluster } from './converge';
import { eksctl } from './eksctl';
import { ensureLoadBalancerController } from './load-balancer-controller';
import { observeCluster } from './observe';
import { renderCluster } from './render';
import { ensureIdentities } from './roles';

runMain(async () => {
  const configuration = readConfiguration();
  const found = readInput('FOUND', foundSchema);
  const { region, eks_name: name } = configuration;
  const clients = createClients({ region });
  const buildRoles = [process.env['KUBEFLOW_BUILD_ROLE_ARN'], process.env['TEARDOWN_BUILD_ROLE_ARN']].flatMap(
    (arn) => arn ?? [],
  );
  const desired = renderCluster(configuration, found, buildRoles);

  await ensureIdentities(clients, configuration, found, say);
  await convergeCluster({
    desired,
    observe: async () => observeCluster(clients, desired),
    stacks: {
      find: async (stack) => findStack(clients, stack),
      failures: async (stack) => stackFailures(clients, stack),
      remove: async (stack) => deleteStack(clients, stack),
    },
    eksctl: eksctl(run, say),
    say,
  });

  const cluster = await findCluster(clients, name);
  if (cluster?.status !== 'ACTIVE') {
    throw new UserError(
      'ClusterFailed',
      `the cluster ${name} is ${cluster?.status ?? 'not there'} after its creation; expected ACTIVE. Retry this step.`,
    );
  }
  const file = join(process.env['CODEBUILD_SRC_DIR'] ?? process.cwd(), '.kube', 'config');
  await writeKubeconfig(file, kubeconfig(cluster, region, join(__dirname, '..', 'eks-token', 'build.js')));
  await ensureLoadBalancerController({
    configuration,
    found,
    kubeconfig: file,
    run,
    get: reader(clients),
    mirror: process.env['KUBEFLOW_EKS_TOOLS_MIRROR'],
    charts: process.env['KUBEFLOW_EKS_CHARTS'],
    say,
  });
});
