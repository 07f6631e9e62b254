/**
 * Every function that the stack deploys, by the name of its file. A test holds this list against the folders, and
 * another holds it against the workflows.
 */
export interface FunctionSpec {
  /** Entry point, relative to the repository's root. */
  readonly entry: string;
  readonly description: string;
  /** The function's own timeout, in seconds. */
  readonly timeoutSeconds: number;
  /** Memory, in MB. Lambda gives CPU in proportion: 1,769 MB is one full core. */
  readonly memoryMb: number;
  /**
   * Where the function must be able to reach: a cluster's API server (or an internal load balancer) may answer inside
   * its VPC only. Such functions are put there when the stack is given one.
   */
  readonly reaches?: 'cluster';
}

/** A step of a workflow: `tasks/<resource>/<file>.ts`. */
function task(
  file: string,
  description: string,
  options: Partial<Pick<FunctionSpec, 'timeoutSeconds' | 'memoryMb' | 'reaches'>> = {},
): FunctionSpec {
  return { entry: `tasks/${file}.ts`, description, timeoutSeconds: 60, memoryMb: 256, ...options };
}

/** The functions, by file. */
export const functions = {
  'profile-manager': {
    entry: 'lambda/profile-manager/index.ts',
    description: 'Grants a user what the directory says, at every login (Cognito pre token generation)',
    // Cognito waits 5 s and no longer.
    timeoutSeconds: 5,
    memoryMb: 1024,
    reaches: 'cluster',
  },
  'failure-recorder': {
    entry: 'lambda/failure-recorder/index.ts',
    description: 'Stores why an execution failed and what to do next, and notifies',
    timeoutSeconds: 30,
    memoryMb: 256,
  },

  // provision
  'validate-configuration': task(
    'preflight/validate-configuration',
    'Checks the whole input before anything is touched',
  ),
  'acquire-lock': task('lock/acquire-lock', 'Lets one execution at a time work on a deployment'),
  'check-prerequisites': task('preflight/check-prerequisites', 'Finds what the account must already have'),
  'ensure-notifications': task(
    'notifications/ensure-notifications',
    'Lets the address of the configuration be told of failures',
  ),
  'tag-subnets': task('subnets/tag-subnets', 'Tags subnets for the load balancer controller'),
  'describe-cluster': task('cluster/describe-cluster', 'Reads the cluster that the build made'),
  'request-certificates': task(
    'certificates/request-certificates',
    'Requests the certificates and reads their validation records',
  ),
  'ensure-records': task('records/ensure-records', 'Brings Route 53 records to what is wanted'),
  'await-certificates': task('certificates/await-certificates', 'Reads whether the certificates are issued'),
  'ensure-user-pool': task('user-pool/ensure-user-pool', 'Brings the Cognito user pool to what is wanted'),
  'permit-trigger': task('user-pool/permit-trigger', 'Lets the user pool call the profile manager'),
  'ensure-saml-provider': task(
    'saml-provider/ensure-saml-provider',
    "Brings the pool's SAML provider to what is wanted",
  ),
  'ensure-app-client': task(
    'app-client/ensure-app-client',
    'Brings the app client to what is wanted and keeps its secret',
  ),
  'ensure-custom-domain': task(
    'custom-domain/ensure-custom-domain',
    'Brings the login domain to what is wanted',
  ),
  'await-custom-domain': task(
    'custom-domain/await-custom-domain',
    'Reads whether the login domain is active',
  ),
  'grant-cluster-access': task(
    'cluster/grant-cluster-access',
    'Gives the functions their access entries in the cluster',
  ),
  'await-ingress': task('ingress/await-ingress', 'Reads the load balancer of the ingress', {
    memoryMb: 512,
    reaches: 'cluster',
  }),
  'await-dns': task('records/await-dns', 'Reads whether Route 53 has spread the changes'),
  'verify-endpoint': task('ingress/verify-endpoint', 'Follows the login redirect from outside', {
    reaches: 'cluster',
  }),
  'register-deployment': task(
    'registry/register-deployment',
    'Writes what the other workflows need to the registry',
  ),
  'set-concurrency': task('user-pool/set-concurrency', "Sets the profile manager's provisioned concurrency"),
  'release-lock': task('lock/release-lock', 'Gives the lock back'),

  // resync
  'gather-resyncs': task('resync/gather-resyncs', 'Makes one resync of many requests'),
  'list-deployments': task('resync/list-deployments', 'Reads which deployments are registered and free'),
  // A pass over 10,000 users takes some 15 s; the rest is for a cluster that is slow.
  'reconcile-access': task(
    'resync/reconcile-access',
    'Brings the access of all users in line with the directory',
    {
      timeoutSeconds: 600,
      memoryMb: 1024,
      reaches: 'cluster',
    },
  ),
  'check-saml': task('saml-provider/check-saml', 'Reads how long the SAML metadata is good for'),
  'record-resync': task('resync/record-resync', 'Keeps what a resync found and repaired'),

  // destroy
  'load-registration': task(
    'registry/load-registration',
    'Finds what is known of the deployment to be removed',
  ),
  'delete-records': task('records/delete-records', 'Deletes Route 53 records that are ours'),
  'revoke-cluster-access': task(
    'cluster/revoke-cluster-access',
    'Removes the access entries of the functions',
  ),
  'await-cluster-gone': task('cluster/await-cluster-gone', 'Reads whether the cluster is gone'),
  'delete-custom-domain': task('custom-domain/delete-custom-domain', 'Deletes the login domain'),
  'delete-app-client': task('app-client/delete-app-client', 'Deletes the app client and its secret'),
  'delete-saml-provider': task('saml-provider/delete-saml-provider', "Deletes the pool's SAML provider"),
  'revoke-trigger': task('user-pool/revoke-trigger', 'Takes back the permission to call the profile manager'),
  'delete-user-pool': task('user-pool/delete-user-pool', 'Deletes the user pool'),
  'delete-certificates': task('certificates/delete-certificates', 'Deletes the certificates'),
  'untag-subnets': task('subnets/untag-subnets', 'Takes our tags off the subnets'),
  'unregister-deployment': task('registry/unregister-deployment', 'Removes the deployment from the registry'),
} as const satisfies Record<string, FunctionSpec>;

/** Name of a function's file. */
export type FunctionFile = keyof typeof functions;

/** The files of all functions, in a fixed order. */
export const functionFiles = Object.keys(functions) as FunctionFile[];

/** The specification of a function. */
export function functionSpec(file: FunctionFile): FunctionSpec {
  return functions[file];
}
