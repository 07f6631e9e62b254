import { deriveDomains } from '../defaults';
import type { Problem } from '../problems';
import type { Rule } from './rule';

/** Whether `name` is `parent` or stands below it. */
export function isWithin(name: string, parent: string): boolean {
  return name === parent || name.endsWith(`.${parent}`);
}

/** Whether a certificate name covers a domain; a wildcard stands for exactly one label (RFC 6125, 6.4.3). */
export function covers(certificateName: string, domain: string): boolean {
  if (!certificateName.startsWith('*.')) return certificateName === domain;
  const parent = certificateName.slice(2);
  return domain.endsWith(`.${parent}`) && !domain.slice(0, -parent.length - 1).includes('.');
}

const domainKeys = ['auth_base_domain', 'cognito_domain', 'kubeflow_domain'] as const;

const domainsStandBelowTheZone: Rule = ({ route53_domain: zone, ...document }) => {
  if (zone === undefined) return [];
  return [
    ...domainKeys.map((key) => [key, document[key]] as const),
    ...namesOf(document.cert_alt_names),
  ].flatMap(([path, name]) =>
    name === undefined || isWithin(name.replace(/^\*\./, ''), zone)
      ? []
      : [
          {
            path,
            value: name,
            message: `must stand below route53_domain (${zone}), where its records are made`,
          },
        ],
  );
};

function namesOf(names: string[] | undefined): (readonly [string, string])[] {
  return (names ?? []).map((name, index) => [`cert_alt_names[${index}]`, name] as const);
}

/** Cognito developer guide, "Using your own domain for managed login": the parent "one step up" must resolve. */
const cognitoDomainStandsBelowItsBase: Rule = (document) => {
  if (document.route53_domain === undefined) return [];
  const { auth_base_domain: base, cognito_domain: domain } = deriveDomains({
    ...document,
    route53_domain: document.route53_domain,
  });
  if (domain.slice(domain.indexOf('.') + 1) === base) return [];
  return [
    {
      path: 'cognito_domain',
      value: domain,
      message:
        `must stand below auth_base_domain (${base}), with exactly one label more: Cognito asks that the name ` +
        'one step above its domain resolves, and an address is made for auth_base_domain',
    },
  ];
};

/** The first name of a certificate has at most 64 characters (ACM API reference, RequestCertificate). */
const longestFirstName = 64;
/** Cognito API reference, CreateUserPoolDomain: `Domain`. */
const longestCognitoDomain = 63;

const namesAreShortEnough: Rule = ({ route53_domain: zone, ...document }) => {
  if (zone === undefined) return [];
  const { cognito_domain: domain } = deriveDomains({ ...document, route53_domain: zone });
  const problem = (path: string, value: string, limit: number, why: string): Problem[] =>
    value.length <= limit
      ? []
      : [{ path, value, message: `has ${value.length} characters; ${why} takes at most ${limit}` }];
  return [
    ...problem('route53_domain', zone, longestFirstName, 'a certificate, of which it is the first name,'),
    ...problem('cognito_domain', domain, longestCognitoDomain, 'Cognito'),
  ];
};

const domainsDiffer: Rule = (document) => {
  if (document.route53_domain === undefined) return [];
  const domains = deriveDomains({ ...document, route53_domain: document.route53_domain });
  if (
    domains.kubeflow_domain !== domains.cognito_domain &&
    domains.kubeflow_domain !== domains.auth_base_domain
  ) {
    return [];
  }
  return [
    {
      path: 'kubeflow_domain',
      value: domains.kubeflow_domain,
      message: 'must differ from cognito_domain and auth_base_domain: each has its own record',
    },
  ];
};

const everyDomainIsOnTheCertificate: Rule = ({
  route53_domain: zone,
  cert_alt_names: names,
  ...document
}) => {
  if (zone === undefined || names === undefined) return [];
  const onCertificate = [zone, ...names];
  const domains = deriveDomains({ ...document, route53_domain: zone });
  return (['cognito_domain', 'kubeflow_domain'] as const).flatMap((key) =>
    onCertificate.some((name) => covers(name, domains[key]))
      ? []
      : [
          {
            path: 'cert_alt_names',
            value: names,
            message: `must cover ${key} (${domains[key]}), by its name or by a wildcard`,
          },
        ],
  );
};

/** Rules between the domains and the names on the certificate. */
export const domainRules: readonly Rule[] = [
  domainsStandBelowTheZone,
  cognitoDomainStandsBelowItsBase,
  namesAreShortEnough,
  domainsDiffer,
  everyDomainIsOnTheCertificate,
];
