import { Logger } from '@aws-lambda-powertools/logger';
import { deploymentTags } from '../../core/naming';
import { createContext, type ContextOptions, type TaskContext } from '../../tasks/support/context';
import type { Deployment } from '../../tasks/support/task';
import type { MotoInTest } from './moto';

/** A context for one run of a task against moto, with a silent log. Anything can be given instead. */
export function testContext(moto: MotoInTest, options: ContextOptions = {}): TaskContext {
  return createContext({
    clients: moto.clients,
    logger: new Logger({ logLevel: 'SILENT' }),
    environment: {},
    ...options,
  });
}

/** The deployment that tests work for. */
export const testDeployment: Deployment = {
  name: 'acme',
  region: 'eu-central-1',
  accountId: '123456789012',
  tags: deploymentTags({ eks_name: 'acme', region: 'eu-central-1', env: 'dev', tags: { team: 'ml' } }),
};
