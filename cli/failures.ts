import { defined } from '../core/defined';
import { CliError, exitCodes, type ExitCode } from './exit-codes';

interface Explanation {
  /** Names of errors, or codes of Node's, that mean this. */
  names: readonly string[];
  text: string;
  hint: string;
  code: ExitCode;
}

/** What the failures of the AWS SDK mean to somebody at a terminal. */
const explanations: readonly Explanation[] = [
  {
    names: [
      'CredentialsProviderError',
      'ExpiredToken',
      'ExpiredTokenException',
      'InvalidClientTokenId',
      'InvalidSignatureException',
      'SignatureDoesNotMatch',
      'TokenProviderError',
      'UnrecognizedClientException',
    ],
    text: 'no usable AWS credentials',
    hint: 'log in (aws sso login), name a profile (--profile NAME), or use the local region (--local)',
    code: exitCodes.access,
  },
  {
    names: ['AccessDenied', 'AccessDeniedException'],
    text: 'not allowed',
    hint: 'these credentials lack a right that the message names; docs/security.md lists what an operator needs',
    code: exitCodes.access,
  },
  {
    names: ['StateMachineDoesNotExist', 'ResourceNotFoundException'],
    text: 'the stack is not deployed there',
    hint: 'deploy it (npx cdk deploy), or look at --region and --profile',
    code: exitCodes.notFound,
  },
  {
    names: ['ExecutionDoesNotExist'],
    text: 'no such execution',
    hint: 'look at the ARN and the region; Step Functions keeps a closed execution for 90 days',
    code: exitCodes.notFound,
  },
  {
    names: ['ExecutionAlreadyExists', 'InvalidName'],
    text: 'that name cannot be used',
    hint: 'choose another --name: letters, digits, - and _, at most 80, not used in the last 90 days',
    code: exitCodes.badInput,
  },
  {
    names: [
      'EAI_AGAIN',
      'ECONNREFUSED',
      'ECONNRESET',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'ENOTFOUND',
      'ETIMEDOUT',
      'TimeoutError',
    ],
    text: 'no connection',
    hint: 'look at the network, the proxy and the region',
    code: exitCodes.access,
  },
  {
    names: ['ThrottlingException', 'TooManyRequestsException'],
    text: 'AWS answers too slowly now',
    hint: 'run the command again in a minute',
    code: exitCodes.access,
  },
  {
    names: ['ClusterUnreachable'],
    text: 'the cluster cannot be reached',
    hint: 'a private endpoint is reachable from inside its VPC only; look also at your access entry (admin_role_arns)',
    code: exitCodes.access,
  },
];

/** Any failure as the command line explains it. */
export function explainFailure(error: unknown): CliError {
  if (error instanceof CliError) return error;
  const { name, message, code } = wordsOf(error);
  const known = explanations.find(({ names }) => names.includes(code) || names.includes(name));
  if (known === undefined) {
    const errorName = name === 'Error' ? undefined : name;
    return new CliError(
      errorName === undefined ? message : `${name}: ${message}`,
      exitCodes.failed,
      undefined,
      defined({ errorName }),
    );
  }
  // Node calls every failure of a connection Error, and tells them apart by their code.
  const errorName = known.names.includes(name) ? name : code;
  return new CliError(`${known.text}: ${message}`, known.code, known.hint, { errorName });
}

function wordsOf(error: unknown): { name: string; message: string; code: string } {
  if (typeof error !== 'object' || error === null) return { name: 'Error', message: String(error), code: '' };
  const { name, message, code, errors } = error as NodeJS.ErrnoException & { errors?: Error[] };
  // Where a host has several addresses Node collects the failures of all, and says nothing itself.
  const words = message === '' ? (errors?.[0]?.message ?? name) : message;
  return { name, message: words, code: code ?? '' };
}
