import { z } from 'zod';
import {
  accessDocument,
  explanationDocument,
  identityProviderDocument,
  lockOutDocument,
} from './access-documents';
import { documentOf, problems, wholeError } from './document-parts';
import { deploymentsDocument, executionDocument } from './execution-documents';
import {
  addressesDocument,
  builtDocument,
  personDocument,
  programsDocument,
  prunedDocument,
  regionDocument,
  rehearsalDocument,
} from './local-documents';
import { planDocument } from './plan-document';

/** Every kind of document that a command prints with `--json`. */
export const documentKinds = {
  Access: accessDocument,
  BuiltPrograms: builtDocument,
  Deployments: deploymentsDocument,
  Error: documentOf('Error', 'Why a command has no result.', {
    error: wholeError.extend({ problems: problems.optional() }),
  }),
  Execution: executionDocument,
  Explanation: explanationDocument,
  IdentityProvider: identityProviderDocument,
  LocalAddresses: addressesDocument,
  LocalPerson: personDocument,
  LocalRegion: regionDocument,
  LockOut: lockOutDocument,
  NewConfiguration: documentOf('NewConfiguration', 'The configuration that was written.', {
    path: z.string(),
    schema: z.string().meta({ description: 'Where the schema for editors was written.' }),
    added: z.array(z.string()).meta({ description: "Keys that Terraform's variables did not have." }),
    mended: z.array(z.string()).meta({ description: "What of Terraform's variables was changed, in words." }),
    left: z.array(z.string()).meta({ description: "What of Terraform's variables was left out, in words." }),
    problems,
  }),
  Plan: planDocument,
  Programs: programsDocument,
  PrunedPrograms: prunedDocument,
  Rehearsal: rehearsalDocument,
  RenderedKubeflow: documentOf('RenderedKubeflow', 'What would be applied to the cluster, in order.', {
    components: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        source: z.string().optional().meta({ description: 'Its place in the distribution.' }),
        files: z
          .record(z.string(), z.unknown())
          .optional()
          .meta({ description: 'Of a kustomization: its objects, and other files as text.' }),
        objects: z.array(z.unknown()).optional().meta({ description: 'Objects of Kubernetes.' }),
      }),
    ),
  }),
  Report: documentOf('Report', 'Where the page about an execution was written.', {
    deployment: z.string(),
    executionArn: z.string(),
    file: z.string().meta({ description: 'HTML; its whole path.' }),
    missing: z
      .array(z.object({ what: z.string(), why: z.string() }))
      .meta({ description: 'What could not be read, and is left out of it.' }),
  }),
  Validation: documentOf('Validation', 'Every problem of a configuration.', {
    valid: z.boolean(),
    problems,
  }),
} as const;

export type DocumentKind = keyof typeof documentKinds;

/** What a command says in a document of a kind. */
export type DocumentBody<Kind extends DocumentKind> = Readonlier<
  Omit<z.infer<(typeof documentKinds)[Kind]>, 'apiVersion' | 'kind'>
>;

/** Nothing of a document is changed once it is made. */
type Readonlier<T> = T extends (infer Item)[]
  ? readonly Readonlier<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Readonlier<T[Key]> }
    : T;

/** What a command prints with `--json`. `Error` comes in the place of each. */
export const documentsOfCommands: Readonly<Record<string, readonly DocumentKind[]>> = {
  access: ['Access'],
  destroy: ['Execution'],
  explain: ['Explanation'],
  idp: ['IdentityProvider'],
  init: ['NewConfiguration'],
  'local down': ['LocalRegion'],
  'local login': ['LocalPerson'],
  'local open': ['LocalAddresses'],
  'local programs': ['Programs'],
  'local programs build': ['BuiltPrograms'],
  'local programs prune': ['PrunedPrograms'],
  'local status': ['LocalRegion'],
  'local up': ['LocalRegion'],
  'lock-out': ['LockOut'],
  plan: ['Plan'],
  rehearse: ['Rehearsal'],
  'render kubeflow': ['RenderedKubeflow'],
  report: ['Report'],
  resync: ['Execution'],
  retry: ['Execution'],
  start: ['Execution'],
  status: ['Execution', 'Deployments'],
  validate: ['Validation'],
  watch: ['Execution'],
};

/** Commands whose document others have defined: eksctl's ClusterConfig, and the KfDef of kfctl. */
export const foreignDocuments: Readonly<Record<string, string>> = {
  'render cluster': 'ClusterConfig',
  'render kubeflow': 'KfDef',
};

/**
 * The JSON Schema of what a command prints, for whoever reads it.
 *
 * @param options `closed`: fields that are not described are refused, for tests; readers must let them pass
 */
export function documentSchema(
  kinds: readonly DocumentKind[],
  { closed = false }: { closed?: boolean } = {},
): Record<string, unknown> {
  const schemas = kinds.map((kind) => {
    const { $schema, ...schema } = z.toJSONSchema(documentKinds[kind], { io: closed ? 'output' : 'input' });
    return { dialect: $schema, schema };
  });
  const [first] = schemas;
  return {
    $schema: first?.dialect,
    ...(schemas.length === 1 ? first?.schema : { oneOf: schemas.map(({ schema }) => schema) }),
  };
}
