import { createHash, randomBytes } from 'node:crypto';

/** Long-term keys of a user, or temporary ones of a role's session. */
export interface Credential {
  accessKeyId: string;
  secretAccessKey: string;
  /** Temporary credentials have one, and count only together with it. */
  sessionToken?: string;
  expiration?: Date;
  /** What GetCallerIdentity answers: arn:aws:iam::…:user/NAME or arn:aws:sts::…:assumed-role/NAME/SESSION. */
  arn: string;
  accountId: string;
  /** AIDA… of a user, AROA…:SESSION of a role's session. */
  userId: string;
}

export interface TemporaryCredential extends Credential {
  sessionToken: string;
  expiration: Date;
}

const roleArnPattern = /^arn:(aws[a-z-]*):iam::(\d{12}):role\/(?:[^/]+\/)*([^/]+)$/;
/** AWS' own default for a session. */
const sessionSeconds = 3_600;

/** The credentials that the local region knows; all others are refused. */
export class CredentialStore {
  private readonly byAccessKey = new Map<string, Credential>();

  constructor(
    credentials: readonly Credential[] = [],
    private readonly now: () => Date = () => new Date(),
  ) {
    for (const credential of credentials) this.add(credential);
  }

  add(credential: Credential): void {
    this.byAccessKey.set(credential.accessKeyId, credential);
  }

  find(accessKeyId: string): Credential | undefined {
    return this.byAccessKey.get(accessKeyId);
  }

  /** All that were issued or added. */
  all(): Credential[] {
    return [...this.byAccessKey.values()];
  }

  /**
   * Makes and remembers temporary credentials of a role's session, as AssumeRole and the Lambda service do.
   * @throws Error for what is no role's ARN.
   */
  issue(roleArn: string, sessionName: string, durationSeconds = sessionSeconds): TemporaryCredential {
    const match = roleArnPattern.exec(roleArn);
    const [, partition = '', accountId = '', name = ''] = match ?? [];
    if (match === null) throw new Error(`${roleArn} is not the ARN of an IAM role`);
    const credential = {
      accessKeyId: `ASIA${randomKey(16)}`,
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(96).toString('base64'),
      expiration: new Date(this.now().getTime() + durationSeconds * 1000),
      // Without the role's path, as AWS has it.
      arn: `arn:${partition}:sts::${accountId}:assumed-role/${name}/${sessionName}`,
      accountId,
      userId: `${roleId(roleArn)}:${sessionName}`,
    };
    this.add(credential);
    return credential;
  }
}

/** The same role always has the same id, here made from its ARN. */
function roleId(roleArn: string): string {
  return `AROA${createHash('sha256').update(roleArn).digest('hex').toUpperCase().slice(0, 17)}`;
}

function randomKey(length: number): string {
  // Base 32's alphabet, which AWS' ids use.
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('');
}
