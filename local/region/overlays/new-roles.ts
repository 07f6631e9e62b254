import { awsError, type ServiceHandler } from '../gateway/gateway';

/** The calls of EKS that look at a role, the parameter that names it, and what EKS says while it does not see it. */
const looks = [
  {
    path: /^\/clusters\/?$/,
    parameter: 'roleArn',
    refusal: (arn: string) =>
      `Role with arn: ${arn}, could not be assumed because it does not exist or the trusted entity is not correct`,
  },
  {
    path: /^\/clusters\/[^/]+\/access-entries\/?$/,
    parameter: 'principalArn',
    refusal: () => 'The specified principalArn is invalid: invalid principal.',
  },
] as const;

/**
 * EKS while the making of a role spreads: it refuses what is to be made with it (terraform-provider-aws, `internal/service/eks`,
 * `cluster.go` and `access_entry.go`, which try again). To be asked before the handlers that serve the calls; it answers
 * refusals only. A role that is not there is for them to judge.
 *
 * @param roleCreatedAt when a role of the account was made
 * @param unseenMs how long EKS does not see one, in milliseconds; how long it may take on AWS is not published
 */
export function newRoles(
  roleCreatedAt: (roleArn: string) => Promise<Date | undefined>,
  unseenMs: () => number,
  now: () => number = Date.now,
): ServiceHandler {
  return async (_request, http) => {
    const { pathname } = new URL(http.url, 'http://localhost');
    const look = http.method === 'POST' ? looks.find(({ path }) => path.test(pathname)) : undefined;
    if (look === undefined) return undefined;
    const arn = (JSON.parse(http.body.toString('utf8')) as Record<string, unknown>)[look.parameter];
    const madeAt = typeof arn === 'string' ? await roleCreatedAt(arn) : undefined;
    if (typeof arn !== 'string' || madeAt === undefined || now() - madeAt.getTime() >= unseenMs())
      return undefined;
    return awsError(http, {
      status: 400,
      code: 'InvalidParameterException',
      message: look.refusal(arn),
    });
  };
}
