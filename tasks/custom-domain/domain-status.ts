import { NotReadyError, UserError } from '../../core/errors';

/** A custom domain that is being made, changed or deleted. */
export function domainNotActive({
  domain,
  status,
}: Readonly<{ domain: string; status: string }>): NotReadyError {
  return new NotReadyError(
    'CustomDomainNotActive',
    `Cognito's custom domain ${domain} is ${status}, expected ACTIVE. Its CloudFront distribution takes up to 15 ` +
      'minutes, at times 60.',
  );
}

/** A custom domain that Cognito could not set up. */
export function domainFailed(domain: string): UserError {
  return new UserError(
    'CustomDomainFailed',
    `Cognito could not set up the custom domain ${domain}. See that the certificate in us-east-1 is issued and names ` +
      'it, and that no other CloudFront distribution has this name; delete the domain in Cognito, then start a new execution.',
  );
}
