import type { DeployedResources } from '../stack/template';
import type { CredentialStore } from '../sts/credentials';
import type { Faults } from './faults';
import type { FunctionRunner } from './functions/function-runner';
import type { GatewayOptions } from './gateway/gateway';

export interface RequestFaultsOptions {
  faults: Faults;
  deployed: DeployedResources;
  functions: FunctionRunner;
  credentials: CredentialStore;
}

/** The faults of AWS requests, which know their caller by name: a function, build project or state machine of the stack. */
export function requestFaults({
  faults,
  deployed,
  functions,
  credentials,
}: RequestFaultsOptions): NonNullable<GatewayOptions['fault']> {
  const callers = callersByRole(deployed);
  return (request) => {
    const role = /:assumed-role\/([^/]+)\//.exec(credentials.find(request.accessKeyId)?.arn ?? '')?.[1];
    const caller = role === undefined ? undefined : callers.get(role);
    if (caller !== undefined && functions.find(caller) !== undefined && faults.kill?.(caller, request)) {
      void functions.coolDown(caller);
      return { cut: 'after' };
    }
    return faults.request?.(request, caller);
  };
}

/** Names of the functions, build projects and state machines, by the name of the role with which they call AWS. */
function callersByRole({
  functions,
  buildProjects,
  stateMachines,
}: DeployedResources): ReadonlyMap<string, string> {
  const nameOf = (roleArn: string): string => roleArn.slice(roleArn.lastIndexOf('/') + 1);
  return new Map([
    ...stateMachines.map(({ roleArn, name }) => [nameOf(roleArn), name] as const),
    ...buildProjects.map(({ serviceRoleArn, name }) => [nameOf(serviceRoleArn), name] as const),
    ...functions.map(({ roleArn, name }) => [nameOf(roleArn), name] as const),
  ]);
}
