import { z } from 'zod';
import { kubernetesVersions } from './account-facts';

/** What an account knows of an EKS add-on. */
interface CatalogueEntry {
  /** Where its pods are. */
  namespace: string;
  /** The service account that has rights of its own, with AWS' policies for it; none where it needs no rights. */
  identity?: { serviceAccount: string; policies: readonly string[] };
  /** Its values at the top level, and below that as far as types are known. */
  values: z.ZodType;
}

const enabled = z.looseObject({ enabled: z.boolean().optional() }).optional();
const anything = z.looseObject({}).optional();
const kubeSystem = { namespace: 'kube-system' };

/**
 * The add-ons that the region's EKS has, of some dozens, with the service accounts that need rights (EKS user guide, "IAM roles
 * for Amazon EKS add-ons"; CloudWatch user guide, "Quick start with the Amazon CloudWatch Observability EKS add-on"). Their values are
 * those at the top level of their charts; a value that is not in here is refused, as EKS refuses what is not in its schema.
 */
const catalogue: Readonly<Record<string, CatalogueEntry>> = {
  'eks-pod-identity-agent': { ...kubeSystem, values: z.strictObject({ agent: anything }) },
  coredns: {
    ...kubeSystem,
    values: z.strictObject({ replicaCount: z.int().optional(), autoScaling: anything, corefile: anything }),
  },
  'kube-proxy': { ...kubeSystem, values: z.strictObject({ mode: z.string().optional() }) },
  'metrics-server': { ...kubeSystem, values: z.strictObject({ replicas: z.int().optional() }) },
  'vpc-cni': {
    ...kubeSystem,
    identity: { serviceAccount: 'aws-node', policies: ['AmazonEKS_CNI_Policy'] },
    // A text, as the user guide has it ("Limit Pod traffic with Kubernetes network policies").
    values: z.strictObject({ enableNetworkPolicy: z.string().optional(), env: anything }),
  },
  'aws-ebs-csi-driver': {
    ...kubeSystem,
    identity: {
      serviceAccount: 'ebs-csi-controller-sa',
      policies: ['service-role/AmazonEBSCSIDriverPolicy'],
    },
    values: z.strictObject({ controller: anything, node: anything, sidecars: anything }),
  },
  'aws-efs-csi-driver': {
    ...kubeSystem,
    identity: {
      serviceAccount: 'efs-csi-controller-sa',
      policies: ['service-role/AmazonEFSCSIDriverPolicy'],
    },
    values: z.strictObject({ controller: anything, node: anything, sidecars: anything }),
  },
  // aws-observability/helm-charts 6.4, `values.yaml`
  'amazon-cloudwatch-observability': {
    namespace: 'amazon-cloudwatch',
    identity: { serviceAccount: 'cloudwatch-agent', policies: ['CloudWatchAgentServerPolicy'] },
    values: z.strictObject({
      agent: z.looseObject({ config: anything }).optional(),
      agents: z.array(z.looseObject({ name: z.string() })).optional(),
      admissionWebhooks: anything,
      applicationSignals: enabled,
      containerInsights: enabled,
      containerLogs: enabled,
      dcgmExporter: enabled,
      manager: anything,
      neuronMonitor: enabled,
      otelContainerInsights: enabled,
      tolerations: z.array(z.looseObject({})).optional(),
    }),
  },
};

/** An add-on that the account knows, by its name. */
export function findInCatalogue(name: string): CatalogueEntry | undefined {
  return Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
}

/** The one version of an add-on for a Kubernetes, which is the recommended one and has its number. */
export function versionFor(kubernetes: string): string | undefined {
  return kubernetesVersions.includes(kubernetes) ? `v${kubernetes}.0-eksbuild.1` : undefined;
}

/** The schema of an add-on's values, as DescribeAddonConfiguration gives it. */
export function schemaOf({ values }: CatalogueEntry): string {
  return JSON.stringify(z.toJSONSchema(values));
}

/**
 * What EKS would say of values, in its own words where those are known; `undefined` where it takes them (EKS API reference,
 * CreateAddon, `configurationValues`).
 */
export function problemOfValues({ values }: CatalogueEntry, text: string): string | undefined {
  const problem = (said: string): string =>
    `ConfigurationValue provided in request is not supported: Json schema validation failed with error: [${said}]`;
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return problem('$: is not a document of JSON');
  }
  const issues = values.safeParse(document).error?.issues ?? [];
  if (issues.length === 0) return undefined;
  const at = (path: readonly PropertyKey[]): string => ['$', ...path.map(String)].join('.');
  return problem(
    issues
      .flatMap((issue) =>
        issue.code === 'unrecognized_keys'
          ? issue.keys.map(
              (key) =>
                `${at([...issue.path, key])}: is not defined in the schema and the schema does not allow additional properties`,
            )
          : [`${at(issue.path)}: ${issue.message}`],
      )
      .join(', '),
  );
}
