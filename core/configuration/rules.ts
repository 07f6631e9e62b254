/**
 * Rules that hold between parameters. Each is checked as soon as the values it needs are well-formed, also when other
 * parameters are not, so that a bad file shows all its problems at once.
 */
import { deriveDomains } from './defaults';
import type { Problem } from './problems';
import type { ParsedDocument } from './schema';

/** A document of which only some values may be well-formed. */
export type PartialDocument = Partial<ParsedDocument>;

type Rule = (document: PartialDocument) => Problem[];

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

const cognitoDomainStandsBelowItsBase: Rule = (document) => {
  if (document.route53_domain === undefined) return [];
  const { auth_base_domain: base, cognito_domain: domain } = deriveDomains({
    ...document,
    route53_domain: document.route53_domain,
  });
  if (domain !== base && isWithin(domain, base)) return [];
  return [
    {
      path: 'cognito_domain',
      value: domain,
      message: `must stand below auth_base_domain (${base}): Cognito asks that the parent of its domain resolves`,
    },
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

const sizesAreOrdered: Rule = (document) => [
  ...orderedSizes(
    '',
    document.nodegroup_min_size,
    document.nodegroup_desired_size,
    document.nodegroup_max_size,
    'nodegroup_',
  ),
  ...(document.gpu_node_group === undefined
    ? []
    : orderedSizes(
        'gpu_node_group.',
        document.gpu_node_group.min_size,
        document.gpu_node_group.desired_size,
        document.gpu_node_group.max_size,
        '',
      )),
];

function orderedSizes(
  parent: string,
  minimum: number | undefined,
  desired: number | undefined,
  maximum: number | undefined,
  prefix: string,
): Problem[] {
  const problems: Problem[] = [];
  const path = (size: string): string => `${parent}${prefix}${size}_size`;
  if (maximum === 0) {
    problems.push({ path: path('max'), value: maximum, message: 'must be 1 or more: EKS asks for it' });
  }
  if (minimum !== undefined && maximum !== undefined && minimum > maximum) {
    problems.push({
      path: path('min'),
      value: minimum,
      message: `must be at most ${path('max')} (${maximum})`,
    });
  }
  if (desired !== undefined && minimum !== undefined && desired < minimum) {
    problems.push({
      path: path('desired'),
      value: desired,
      message: `must be at least ${path('min')} (${minimum})`,
    });
  }
  if (desired !== undefined && maximum !== undefined && desired > maximum) {
    problems.push({
      path: path('desired'),
      value: desired,
      message: `must be at most ${path('max')} (${maximum})`,
    });
  }
  return problems;
}

const kmsKeyIsReachable: Rule = ({ kms_key_arn: arn, region, account_id: account }) => {
  if (arn === undefined) return [];
  const keyRegion = arn.split(':')[3] ?? '';
  const keyAccount = arn.split(':')[4] ?? '';
  const problems: Problem[] = [];
  if (region !== undefined && keyRegion !== region) {
    problems.push({
      path: 'kms_key_arn',
      value: arn,
      message: `must be a key of region ${region}, where the cluster is`,
    });
  }
  // A key of another account is legal for EKS, but only with a grant that this system cannot check or make.
  if (account !== undefined && keyAccount !== account) {
    problems.push({ path: 'kms_key_arn', value: arn, message: `must be a key of account_id (${account})` });
  }
  return problems;
};

const endpointIsOpenSomewhere: Rule = ({ endpoint_access: access }) =>
  access === undefined || access.public || access.private
    ? []
    : [
        {
          path: 'endpoint_access',
          value: access,
          message: 'must leave the public or the private endpoint open: nobody could reach the cluster',
        },
      ];

const metadataHasOneSource: Rule = ({ saml_metadata: metadata }) =>
  metadata === undefined || (metadata.url === undefined) !== (metadata.inline === undefined)
    ? []
    : [
        {
          path: 'saml_metadata',
          value: Object.keys(metadata),
          message: 'must have exactly one of "url" and "inline" (or "file", which the command line reads)',
        },
      ];

const kubeflowHasOneSource: Rule = ({ kubeflow }) =>
  kubeflow?.source === undefined ||
  (kubeflow.source.git === undefined) !== (kubeflow.source.archive === undefined)
    ? []
    : [
        {
          path: 'kubeflow.source',
          value: Object.keys(kubeflow.source),
          message: 'must have exactly one of "git" and "archive"',
        },
      ];

const installerFitsKubernetes: Rule = ({ kubeflow, kubernetes_version: version }) => {
  if (kubeflow === undefined || version === undefined) return [];
  const minor = Number(version.split('.')[1]);
  if (kubeflow.installer === 'kustomize' && minor < 34) {
    return [
      {
        path: 'kubernetes_version',
        value: version,
        message: 'must be "1.34" or newer for this Kubeflow (installer kustomize)',
      },
    ];
  }
  if (kubeflow.installer === 'kfctl' && minor > 21) {
    return [
      {
        path: 'kubernetes_version',
        value: version,
        message:
          'must be "1.21" or older for installer kfctl: its manifests use APIs that Kubernetes removed in 1.22. ' +
          'EKS no longer creates such clusters, so this works only where one still exists; use installer kustomize',
      },
    ];
  }
  return [];
};

const componentsAreComplete: Rule = ({ kubeflow }) => {
  if (kubeflow === undefined) return [];
  const seen = new Set<string>();
  return kubeflow.components.flatMap((component, index) => {
    const repeated = seen.has(component);
    seen.add(component);
    return repeated
      ? [{ path: `kubeflow.components[${index}]`, value: component, message: 'is named twice' }]
      : [];
  });
};

const rules: readonly Rule[] = [
  domainsStandBelowTheZone,
  cognitoDomainStandsBelowItsBase,
  domainsDiffer,
  everyDomainIsOnTheCertificate,
  sizesAreOrdered,
  kmsKeyIsReachable,
  endpointIsOpenSomewhere,
  metadataHasOneSource,
  kubeflowHasOneSource,
  installerFitsKubernetes,
  componentsAreComplete,
];

/** Every broken rule between the well-formed values of a document. */
export function brokenRules(document: PartialDocument): Problem[] {
  return rules.flatMap((rule) => rule(document));
}
