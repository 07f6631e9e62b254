import { randomUUID } from 'node:crypto';
import type { Credential, CredentialStore } from './credentials';
import { StsError } from './sts-error';
import { verifySignature, type SignedRequest } from './signature';

export interface StsResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export interface StsOptions {
  credentials: CredentialStore;
  now?: () => Date;
  /** Whether a caller may assume a role. IAM's trust policies are not evaluated here; nobody may by default. */
  mayAssume?: (caller: Credential, roleArn: string) => boolean;
}

export interface Sts {
  /** Answers GetCallerIdentity and AssumeRole, in XML, or in JSON to who accepts that. Never throws. */
  readonly handle: (request: SignedRequest) => Promise<StsResponse>;
}

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';

/**
 * The local region's Security Token Service. What counts about it is that it verifies every signature, so that the
 * EKS tokens made from presigned requests are as good here as they are at AWS, and bad ones as bad.
 */
export function createSts({ credentials, now = () => new Date(), mayAssume = () => false }: StsOptions): Sts {
  const act = async (request: SignedRequest): Promise<[string, object]> => {
    const parameters = parametersOf(request);
    const action = parameters.get('Action') ?? '';
    const caller = await verifySignature(request, credentials, now());
    if (action === 'GetCallerIdentity') {
      return [action, { Arn: caller.arn, UserId: caller.userId, Account: caller.accountId }];
    }
    if (action === 'AssumeRole') return [action, assumeRole(parameters, caller, credentials, mayAssume)];
    throw new StsError('InvalidAction', 400, `Could not find operation ${action} in the local region's STS`);
  };

  return {
    handle: async (request) => {
      const json = String(request.headers['accept'] ?? '').includes('application/json');
      const requestId = randomUUID();
      try {
        const [action, result] = await act(request);
        const content = { [`${action}Result`]: result, ResponseMetadata: { RequestId: requestId } };
        return answer(200, `${action}Response`, content, json);
      } catch (error) {
        const known = error instanceof StsError ? error : new StsError('InternalFailure', 500, String(error));
        const type = known.status < 500 ? 'Sender' : 'Receiver';
        const content = {
          Error: { Type: type, Code: known.code, Message: known.message },
          RequestId: requestId,
        };
        return answer(known.status, 'ErrorResponse', content, json);
      }
    },
  };
}

function parametersOf(request: SignedRequest): URLSearchParams {
  const query = new URL(request.url, 'https://sts').searchParams;
  return query.has('Action') ? query : new URLSearchParams(request.body);
}

function assumeRole(
  parameters: URLSearchParams,
  caller: Credential,
  store: CredentialStore,
  mayAssume: NonNullable<StsOptions['mayAssume']>,
): object {
  const roleArn = parameters.get('RoleArn') ?? '';
  const session = parameters.get('RoleSessionName') ?? '';
  if (!/^[\w+=,.@-]{2,64}$/.test(session)) {
    throw new StsError('ValidationError', 400, `'${session}' is not a role session name`);
  }
  if (!mayAssume(caller, roleArn)) {
    throw new StsError(
      'AccessDenied',
      403,
      `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    );
  }
  const seconds = parameters.get('DurationSeconds');
  const issued = store.issue(roleArn, session, seconds === null ? undefined : Number(seconds));
  return {
    Credentials: {
      AccessKeyId: issued.accessKeyId,
      SecretAccessKey: issued.secretAccessKey,
      SessionToken: issued.sessionToken,
      Expiration: issued.expiration.toISOString(),
    },
    AssumedRoleUser: { Arn: issued.arn, AssumedRoleId: issued.userId },
  };
}

function answer(status: number, root: string, content: object, json: boolean): StsResponse {
  return json
    ? {
        status,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(root === 'ErrorResponse' ? content : { [root]: content }),
      }
    : {
        status,
        headers: { 'content-type': 'text/xml' },
        body: `<${root} xmlns="${namespace}">${xmlOf(content)}</${root}>`,
      };
}

function xmlOf(content: object | string): string {
  if (typeof content === 'string')
    return content.replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`);
  return Object.entries(content as Record<string, object | string>)
    .map(([name, value]) => `<${name}>${xmlOf(value)}</${name}>`)
    .join('');
}
