import { madeUp, type Need, type Needs } from '../needs';
import { tagsOf, text } from '../parameters';

/** Cognito user pools: the pool, and what Cognito does elsewhere with the caller's rights. */
export const cognitoNeeds: Needs = (call) => {
  const { action, operation, parameters, arn, partition } = call;
  const pool = text(parameters, 'UserPoolId');
  const own: Need = {
    action,
    resource: pool === undefined ? text(parameters, 'ResourceArn') : arn(`userpool/${pool}`),
  };
  if (operation === 'CreateUserPool' && Object.keys(tagsOf(parameters)).length > 0)
    return [own, { action: 'cognito-idp:TagResource', resource: arn(`userpool/${madeUp}`) }];
  const domain = parameters['CustomDomainConfig'] as { CertificateArn?: string } | undefined;
  if (domain?.CertificateArn === undefined) return [own];
  // "Using your own domain for managed login": the caller sets up the distribution through Cognito. It belongs to an
  // account of AWS, so that only a policy for every resource covers it.
  return [
    own,
    { action: 'acm:DescribeCertificate', resource: domain.CertificateArn },
    {
      action: 'cloudfront:UpdateDistribution',
      resource: `arn:${partition}:cloudfront::${madeUp}:distribution/${madeUp}`,
    },
  ];
};
