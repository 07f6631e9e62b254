import { CliError, exitCodes } from './exit-codes';
import type { ExitCode } from './exit-codes';
import type { Host } from './host';
import { buildProgram, CommanderError } from './program';

/**
 * Runs the command line.
 *
 * @param args what follows the program's name
 * @returns the exit code
 */
export async function run(host: Host, args: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok;
  const program = buildProgram(host, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    return explain(host, error);
  }
}

function explain(host: Host, error: unknown): ExitCode {
  if (error instanceof CommanderError) {
    // Help that was asked for is no error; the words for one that is are printed already.
    return error.exitCode === 0 ? exitCodes.ok : exitCodes.badInput;
  }
  if (error instanceof CliError) {
    host.err(`${error.message}\n${error.hint === undefined ? '' : `${error.hint}\n`}`);
    return error.exitCode;
  }
  const { name, message, code } = (
    error instanceof Error ? error : new Error(String(error))
  ) as NodeJS.ErrnoException;
  const known = knownFailure(code ?? name);
  host.err(`${known?.text ?? name}: ${message}\n${known === undefined ? '' : `${known.hint}\n`}`);
  return known?.code ?? exitCodes.failed;
}

interface KnownFailure {
  text: string;
  hint: string;
  code: ExitCode;
}

/** What the AWS SDK's failures mean to somebody at a terminal. */
function knownFailure(name: string): KnownFailure | undefined {
  switch (name) {
    case 'CredentialsProviderError':
    case 'ExpiredTokenException':
    case 'ExpiredToken':
    case 'UnrecognizedClientException':
    case 'InvalidClientTokenId':
    case 'TokenProviderError':
      return {
        text: 'no usable AWS credentials',
        hint: 'log in (aws sso login), name a profile (--profile NAME), or use the local region (--local)',
        code: exitCodes.access,
      };
    case 'AccessDeniedException':
    case 'AccessDenied':
      return {
        text: 'not allowed',
        hint: 'these credentials lack a right that the message names; see docs/security.md for what an operator needs',
        code: exitCodes.access,
      };
    case 'StateMachineDoesNotExist':
    case 'ResourceNotFoundException':
      return {
        text: 'the stack is not deployed there',
        hint: 'deploy it (npx cdk deploy), or look at --region and --profile',
        code: exitCodes.notFound,
      };
    case 'ExecutionDoesNotExist':
      return { text: 'no such execution', hint: 'look at the ARN and the region', code: exitCodes.notFound };
    case 'ExecutionAlreadyExists':
    case 'InvalidName':
      return { text: 'that name cannot be used', hint: 'choose another --name', code: exitCodes.badInput };
    case 'ENOTFOUND':
    case 'ECONNREFUSED':
    case 'TimeoutError':
      return { text: 'no connection', hint: 'look at the network and the region', code: exitCodes.access };
    default:
      return undefined;
  }
}
