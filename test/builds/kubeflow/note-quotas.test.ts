import { noteQuotas, readQuotaRules } from '../../../builds/kubeflow/note-quotas';
import { kubectl as kubectlOf, type KubectlProgram } from '../../../builds/kubernetes/kubectl';
import { run } from '../../../builds/support/command';
import { completeRules } from '../../../core/access/complete-rules';
import { ensurePrograms } from '../../../local/kubernetes/control-plane-programs';
import { installKubeflowApi } from '../../../local/kubernetes/kubeflow-api';
import { useControlPlane } from '../../support/control-plane';

const kubernetes = useControlPlane();
let kubectl: KubectlProgram;

beforeAll(async () => {
  const { path, prefix } = (await ensurePrograms()).kubectl;
  kubectl = kubectlOf(
    async (_command, args, options) => run(path, [...prefix, ...args], options),
    kubernetes().adminKubeconfigPath,
  );
}, 25 * 60_000);

const ours = { 'app.kubernetes.io/managed-by': 'kubeflow-eks' };
const rules = completeRules({ profile_quota: { cpu: '16' }, email_domains: [] });

const profile = (name: string, hard?: Record<string, string>, labels = {}) => ({
  apiVersion: 'kubeflow.org/v1',
  kind: 'Profile',
  metadata: { name, labels },
  spec: {
    owner: { kind: 'User', name: rules.profile_owner },
    ...(hard && { resourceQuotaSpec: { hard } }),
  },
});

async function notes(handedOver: object = rules): Promise<string[]> {
  const said: string[] = [];
  await noteQuotas(readQuotaRules({ ACCESS: JSON.stringify(handedOver) }), kubectl, (text) =>
    said.push(text),
  );
  return said;
}

test('names Profiles without a quota and those whose quota the re-sync would change, on the API server', async () => {
  // A cluster in which Kubeflow is not installed yet knows no Profiles.
  expect(await notes()).toEqual([]);
  await installKubeflowApi(kubernetes().client);
  expect(await notes()).toEqual([]);
  await kubernetes().client.applyAll([
    profile('hungry'),
    profile('drifted', { cpu: '8' }, ours),
    profile('as-it-should-be', { cpu: '16' }, ours),
    profile('set-apart', { cpu: '8' }, { ...ours, 'kubeflow-eks/own-quota': 'true' }),
    profile('of-an-administrator', { cpu: '4' }),
  ]);
  expect(await notes()).toEqual([
    'Profiles without a quota (see access.default_quota): hungry',
    'Profiles whose quota the next re-sync changes: drifted',
  ]);
  expect(await notes({ ...rules, default_quota: { cpu: '2' } })).toEqual([
    'Profiles without a quota (the next re-sync gives them access.default_quota): hungry',
    'Profiles whose quota the next re-sync changes: drifted',
  ]);
  const own = { quota: { cpu: '1' } };
  const namespaces = { 'as-it-should-be': own, 'of-an-administrator': own, 'set-apart': own, 'team-z': own };
  expect(await notes({ ...rules, namespaces })).toEqual([
    'Profiles without a quota (see access.default_quota): hungry',
    'Profiles whose quota the next re-sync changes: as-it-should-be, drifted',
    'Profiles that keep another quota than access.namespaces says, since an administrator made them or set them apart: of-an-administrator, set-apart',
    'access.namespaces names namespaces without a Profile: team-z',
  ]);
  expect(await notes({})).toEqual([
    'Profiles without a quota (see access.default_quota): hungry',
    'the access rules are too long for a build, so that no quota was compared with them',
  ]);
}, 120_000);

test('names a few, and counts the others', async () => {
  const many = Array.from({ length: 12 }, (_, index) => ({
    metadata: { name: `team-${String(index).padStart(2, '0')}` },
    spec: {},
  }));
  const said: string[] = [];
  await noteQuotas(rules, { list: async () => Promise.resolve(many as never) }, (text) => said.push(text));
  expect(said).toEqual([expect.stringMatching(/: team-00, .*, team-09 and 2 more$/)]);
});
