/**
 * The contract of errors. The `name` of an error that a task throws is the `ErrorEquals` of a retry in `workflows/`
 * and the `Error` that an operator reads in the console, so every name stands here, once, with its kind. What each means
 * and what is done about it is in `core/error-advice.ts`.
 *
 * - `user`: something that the caller must change. Never retried.
 * - `transient`: may go away by itself. Retried by a named policy.
 * - `not-ready`: an asynchronous change is under way. Polled, with a bound.
 * - `conflict`: somebody else's resource or execution is in the way. Never retried.
 */
export const errorCatalogue = {
  // The user's fault
  InvalidConfiguration: 'user',
  InvalidTaskInput: 'user',
  AccessDenied: 'user',
  VpcMissing: 'user',
  SubnetsMissing: 'user',
  KmsKeyUnusable: 'user',
  HostedZoneMissing: 'user',
  HostedZoneAmbiguous: 'user',
  KeyPairMissing: 'user',
  ChangeRefused: 'user',
  NodeTypeUnusable: 'user',
  KubernetesVersionUnavailable: 'user',
  IamResourceMissing: 'user',
  WebAclMissing: 'user',
  LogBucketUnusable: 'user',
  FileSystemUnusable: 'user',
  DatabaseUnusable: 'user',
  DatabaseFailed: 'user',
  ArtifactBucketUnusable: 'user',
  AccountUnsuitable: 'user',
  EndpointUnreachable: 'user',
  VpcUnusable: 'user',
  SamlMetadataUnusable: 'user',
  CertificateFailed: 'user',
  CertificateMissing: 'user',
  WrongLoginRedirect: 'user',
  BackupNotEnabled: 'user',
  BackupFailed: 'user',
  ClusterFailed: 'user',
  DeploymentMissing: 'user',
  RegistrationUnreadable: 'user',
  UserPoolMissing: 'user',
  CustomDomainFailed: 'user',
  QuotaExceeded: 'user',
  ResyncIncomplete: 'user',
  ChecksumMismatch: 'user',
  InstallerRefused: 'user',
  ComponentNotReady: 'user',
  SecretMissing: 'user',
  UnexpectedFailure: 'user',
  // May go away by itself
  AwsTransient: 'transient',
  ClusterUnreachable: 'transient',
  DirectoryUnreachable: 'transient',
  DownloadFailed: 'transient',
  // Under way
  CertificateRecordsPending: 'not-ready',
  CertificateNotIssued: 'not-ready',
  CustomDomainNotActive: 'not-ready',
  ClusterNotActive: 'not-ready',
  IngressHasNoAddress: 'not-ready',
  DnsChangePending: 'not-ready',
  EndpointNotReady: 'not-ready',
  ConcurrencyNotReady: 'not-ready',
  DeletionPending: 'not-ready',
  // In the way
  DeploymentLocked: 'conflict',
  ExecutionOutdated: 'conflict',
  LockLost: 'conflict',
  ResourceConflict: 'conflict',
} as const satisfies Record<string, ErrorKind>;

/** The four kinds of failure that the workflows tell apart. */
export type ErrorKind = 'user' | 'transient' | 'not-ready' | 'conflict';

/** A name of the catalogue. */
export type ErrorName = keyof typeof errorCatalogue;

/** The names of one kind. */
export type ErrorNameOf<K extends ErrorKind> = {
  [N in ErrorName]: (typeof errorCatalogue)[N] extends K ? N : never;
}[ErrorName];

/**
 * The catalogue's names of a kind, for the `ErrorEquals` of a retry policy.
 *
 * @param kind one of the four kinds
 * @returns the names, in the catalogue's order
 */
export function errorNames<K extends ErrorKind>(kind: K): ErrorNameOf<K>[] {
  return (Object.keys(errorCatalogue) as ErrorName[]).filter(
    (name): name is ErrorNameOf<K> => errorCatalogue[name] === kind,
  );
}

/** The kind of a name, or `undefined` for a name that is not ours (an AWS SDK exception, say). */
export function errorKind(name: string): ErrorKind | undefined {
  return isErrorName(name) ? errorCatalogue[name] : undefined;
}

/** Whether a name is one of the catalogue. */
export function isErrorName(name: string): name is ErrorName {
  return Object.hasOwn(errorCatalogue, name);
}

/**
 * Every failure that this project reports on purpose. The message says what was found, what was expected and what
 * to do now; it never carries a secret or a person's data, because Step Functions keeps it for 90 days.
 */
export abstract class KubeflowEksError extends Error {
  abstract readonly kind: ErrorKind;

  protected constructor(name: ErrorName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

/** The caller must change something. */
export class UserError extends KubeflowEksError {
  readonly kind = 'user';
  constructor(name: ErrorNameOf<'user'>, message: string, options?: ErrorOptions) {
    super(name, message, options);
  }
}

/** Trying again may help: a throttle, a lost connection, a service's own failure. */
export class TransientError extends KubeflowEksError {
  readonly kind = 'transient';
  constructor(name: ErrorNameOf<'transient'>, message: string, options?: ErrorOptions) {
    super(name, message, options);
  }
}

/** What was asked for is being made; ask again later. */
export class NotReadyError extends KubeflowEksError {
  readonly kind = 'not-ready';
  constructor(name: ErrorNameOf<'not-ready'>, message: string, options?: ErrorOptions) {
    super(name, message, options);
  }
}

/** Something that is not ours stands where ours should. It is left alone. */
export class ConflictError extends KubeflowEksError {
  readonly kind = 'conflict';
  constructor(name: ErrorNameOf<'conflict'>, message: string, options?: ErrorOptions) {
    super(name, message, options);
  }
}

/** What an error says, or what else was thrown, as text. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
