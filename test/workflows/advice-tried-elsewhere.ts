import type { ErrorName } from '../../core/errors';

/** A test, by its file below `test` and its title, or why there is none. */
type Elsewhere = { readonly test: string; readonly title: string } | { readonly why: string };

const at = (test: string, title: string): Elsewhere => ({ test, title });
const not = (why: string): Elsewhere => ({ why });

/**
 * Where the advice on an error is tried that `advice.test.ts` does not try, and of which errors it cannot be.
 */
export const triedElsewhere: Readonly<Partial<Record<ErrorName, Elsewhere>>> = {
  InvalidTaskInput: not('a stack that is of one release never sends a task what it does not take'),
  SamlMetadataUnusable: not(
    'a document that is given is refused by `validate`, and the local region serves valid ones',
  ),
  CertificateFailed: at(
    'tasks/certificates.test.ts',
    'a failed one is reported with its reason, and another is requested by the next execution',
  ),
  CertificateMissing: at(
    'tasks/certificates.test.ts',
    'another execution asks with another token: ACM answers one of a deleted certificate with it for an hour',
  ),
  WrongLoginRedirect: not('nothing else in the local region answers for the name of a deployment'),
  DeploymentMissing: at(
    'cli/operators.test.ts',
    'a misspelt name starts nothing and is not in the list afterwards',
  ),
  RegistrationUnreadable: not('the row is of another release, of which there is none here'),
  UserPoolMissing: not(
    'a provisioning makes the pool before whatever could miss it; see `destroy-from-anywhere.test.ts`',
  ),
  CustomDomainFailed: not('the cause is on the side of Cognito, which the local region does not have'),
  ResyncIncomplete: not('it is the sum of what went wrong with each deployment, each of which has an entry'),
  ChecksumMismatch: at(
    'end-to-end/examples.test.ts',
    'One that failed at another checksum of its mirror can be destroyed',
  ),
  WebAclMissing: at('tasks/check-prerequisites.test.ts', 'a web ACL that is not there'),
  LogBucketUnusable: at('tasks/check-prerequisites.test.ts', 'a bucket for access logs that is not there'),
  FileSystemUnusable: at('tasks/shared-volumes.test.ts', 'without a mount target in a zone of the nodes'),
  DatabaseUnusable: at('tasks/database.test.ts', 'that lets nobody in'),
  DatabaseFailed: at('builds/database/own-database.test.ts', 'is told of'),
  BackupNotEnabled: at('end-to-end/backups.test.ts', 'an account that has EKS left out is told'),
  BackupFailed: at('builds/backups/backups.test.ts', 'one that failed is made again'),
  ArtifactBucketUnusable: at('tasks/artifacts.test.ts', 'that does not exist'),
  InstallerRefused: not('the local region has no Kubernetes as old as kfctl needs'),
  ComponentNotReady: at(
    'end-to-end/installation/installation.test.ts',
    'when the cause is gone a redrive resumes',
  ),
  SecretMissing: not(
    'the step before the build writes the secret again; `installation.test.ts` shows the refusal alone',
  ),
  UnexpectedFailure: not('it is what no other name fits'),
  AwsTransient: not('five real refusals in a row with the pauses of the SDK would take minutes'),
  ClusterUnreachable: at(
    'isolation/faults.test.ts',
    'a partial failure says which grant failed, keeps the rest, and is mended by the next login',
  ),
  DownloadFailed: at('builds/install-tools/download.test.ts', 'a mirror serves both files'),
  CertificateRecordsPending: at(
    'tasks/certificates.test.ts',
    'validation records that ACM has not offered yet are awaited',
  ),
  CertificateNotIssued: at('tasks/certificates.test.ts', 'they are awaited until issued'),
  CustomDomainNotActive: at(
    'tasks/custom-domain.test.ts',
    'is made with the certificate and the classic pages, and awaited',
  ),
  IngressHasNoAddress: at(
    'tasks/await-ingress.test.ts',
    'gives the load balancer with its zone once it is active',
  ),
  DnsChangePending: at('tasks/records.test.ts', 'a change that has not spread is awaited'),
  EndpointNotReady: not(
    'what keeps the address from answering has entries of its own; `verify-endpoint.test.ts` shows each',
  ),
  ConcurrencyNotReady: at(
    'tasks/registration.test.ts',
    'what Lambda could not provide is taken back, so that a retry asks again',
  ),
  DeletionPending: at(
    'tasks/certificates.test.ts',
    'one that a load balancer still holds is not deleted, and awaited',
  ),
  DeploymentLocked: at(
    'end-to-end/provision.test.ts',
    'of two executions for one deployment the second is refused with the ARN of the first',
  ),
  ExecutionOutdated: at('cli/operators.test.ts', 'whatever two operators do'),
  LockLost: at(
    'end-to-end/retry.test.ts',
    'an execution that is redriven after another had its lock ends there, and changes nothing',
  ),
};
