import { z } from 'zod';
import { domainLabel } from './domain-label';

/** Paths that an ADFS host has by itself (Microsoft Learn, "AD FS endpoints"): they say no more than the host. */
const ownPaths = /^\/?$|^\/adfs(?:\/|$)|^\/federationmetadata\/2007-06\/federationmetadata\.xml$/i;

const expected = 'must be the host name of ADFS, such as "adfs.example.com"';
const hostPattern = new RegExp(`^(?:${domainLabel}\\.)+${domainLabel}(?::\\d{1,5})?$`);

/**
 * The ADFS host as the seed has it (a bare host name). An https URL of one of ADFS' own endpoints is accepted and cut to
 * its host; any other address is refused, since what stands behind the host would be lost: the metadata of one tenant
 * of a service for many, say.
 */
export const adfsHost = z.string({ error: expected }).transform((given, context) => {
  const value = given.trim();
  const [, scheme, host = '', rest = ''] = /^([a-z]+:\/\/)?([^/?#]*)(.*)$/is.exec(value) ?? [];
  const refuse = (message: string): typeof z.NEVER => {
    context.addIssue({ code: 'custom', message, input: given });
    return z.NEVER;
  };
  if (scheme !== undefined && scheme.toLowerCase() !== 'https://') {
    return refuse(`${expected}; it is asked over https only`);
  }
  if (!hostPattern.test(host)) return refuse(expected);
  if (/^[\d.]+(?::\d+)?$/.test(host)) {
    return refuse(`${expected}: an address has no certificate that Cognito and browsers would trust`);
  }
  const path = rest.replace(/[?#].*$/s, '');
  if (!ownPaths.test(path)) {
    return refuse(
      `${expected}; the path ${path} is none of ADFS' own. If the metadata is served there, keep the host here and give the whole ` +
        `address as saml_metadata.url`,
    );
  }
  return host.toLowerCase();
});
