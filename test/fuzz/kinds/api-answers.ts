import { createKubernetesClient, type KubernetesClient } from '../../../adapters/kubernetes/client';
import type { Transport, TransportResponse } from '../../../adapters/kubernetes/transport';
import { listPoolUsers } from '../../../adapters/aws/pool-users';
import { readDirectory } from '../../../core/access/directory';
import { createGroupMapper } from '../../../core/access/mapping';
import { accessRulesSchema } from '../../../core/access/rules';
import { identityOf } from '../../../core/access/user-identity';
import { grantsFor } from '../../../core/access/grants';
import { admissionOf } from '../../../isolation/admission';
import { policyOf, roleBindingOf } from '../../../isolation/contributor';
import { HeldAccessReader } from '../../../isolation/held-access';
import { currentIstioApi } from '../../../isolation/istio-api';
import { accessCluster, reconcileUser } from '../../../isolation/reconcile-user';
import { readTenants } from '../../../isolation/tenants';
import { answeringClients } from '../../support/answering-clients';
import fc from '../../support/fast-check';
import { fuzzed, type FuzzedKind } from '../kind';
import { jsonOf, mutated, mutatedText } from '../mutated';

const rules = accessRulesSchema.parse({});
const identified = identityOf('jane@example.com');
if (!identified.ok) throw new Error(identified.problem);
const { identity } = identified;
const grant = { namespace: 'team-a', role: 'edit' } as const;
const list = (items: unknown[]) => ({
  apiVersion: 'v1',
  kind: 'List',
  metadata: { resourceVersion: '7', continue: '' },
  items,
});
/** What an API server holds for a user who may edit team-a, by the plural of the kind. */
const lists: Readonly<Record<string, object>> = {
  rolebindings: list([roleBindingOf(identity, grant, 'one'), admissionOf('team-a')]),
  authorizationpolicies: list([policyOf(currentIstioApi, identity, grant, 'one')]),
  namespaces: list([
    {
      metadata: {
        name: 'team-a',
        annotations: { owner: 'admin@example.com' },
        labels: { 'app.kubernetes.io/part-of': 'kubeflow-profile' },
      },
    },
  ]),
};
const refused = {
  kind: 'Status',
  status: 'Failure',
  reason: 'Forbidden',
  message: 'no',
  details: { causes: [{ reason: 'NamespaceTerminating' }] },
};

/** An answer to one kind of request; the others are answered as an API server does. */
interface Answer extends TransportResponse {
  readonly plural: string;
}

class Canned implements Transport {
  writes = 0;
  requests = 0;
  private readonly answer: Answer;

  constructor(answer: Answer) {
    this.answer = answer;
  }

  request({ method, path }: { method: string; path: string }): Promise<TransportResponse> {
    this.requests += 1;
    if (method !== 'GET') this.writes += 1;
    const plural = Object.keys(lists).find((each) => path.includes(each)) ?? '';
    if (plural === this.answer.plural) return Promise.resolve(this.answer);
    return Promise.resolve({ status: 200, headers: {}, body: JSON.stringify(lists[plural] ?? refused) });
  }

  close(): void {
    return;
  }
}

const answers: fc.Arbitrary<Answer> = fc.constantFrom(...Object.keys(lists)).chain((plural) =>
  fc.record({
    plural: fc.constant(plural),
    status: fc.constantFrom(200, 200, 200, 200, 301, 400, 403, 404, 409, 410, 422, 429, 500, 503),
    headers: fc.record({ 'retry-after': fc.constantFrom('', '0.001', '-1', 'soon', '\u0000') }),
    body: fc.oneof(
      { weight: 4, arbitrary: mutated(lists[plural]).map((document) => jsonOf(document)) },
      mutated(refused).map((document) => jsonOf(document)),
      mutatedText(JSON.stringify(lists[plural])),
      fc.nat(3_000).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
      fc.constantFrom('', '<html></html>', 'null', '{}', '{"items":[null]}', '{"items":{}}'),
      fc.constant('{"items":null,"metadata":{"continue":"x"}}'),
    ),
  }),
);

function connected(answer: Answer): { client: KubernetesClient; transport: Canned } {
  const transport = new Canned(answer);
  const client = createKubernetesClient({ endpoint: 'https://x', caPem: '', transport, attempts: 1 });
  return { client, transport };
}

/** Users as the SDK gives them: of the documented types, with any value, or none. */
const poolUsers = fc.array(
  fc.record(
    {
      Username: fc.string(),
      Enabled: fc.boolean(),
      // Whatever calendars write: the week of the first moment that a Date can hold begins before it.
      UserLastModifiedDate: fc.date({ min: new Date('0001-01-08'), max: new Date('9999-12-31') }),
      Attributes: fc.array(
        fc.record(
          {
            Name: fc.constantFrom('email', 'custom:groups', 'custom:groups_left_out', '__proto__'),
            Value: fc.oneof(
              fc.string({ unit: 'binary' }),
              mutatedText('[team-a, team-b]'),
              mutatedText(identity.email),
            ),
          },
          { requiredKeys: [] },
        ),
      ),
    },
    { requiredKeys: [] },
  ),
);

/** What services answer, or something in between. */
export function apiAnswerKinds(): FuzzedKind[] {
  const mapper = createGroupMapper(rules);
  const desired = grantsFor(['team-a'], rules, mapper);
  return [
    fuzzed("the API server's lists", answers, async (answer) => {
      const { client, transport } = connected(answer);
      const reader = new HeldAccessReader();
      await reader.read(client, { pageSize: 2 });
      await reader.readUnkeyed(client, 2);
      expect(transport.requests).toBeLessThan(20);
    }),
    fuzzed("the API server's namespaces", answers, async (answer) => {
      const tenants = await readTenants(connected(answer).client, { pageSize: 2 });
      for (const name of tenants.names()) expect(tenants.owner(name)).toBeTruthy();
    }),
    fuzzed("the API server's answers to a login", answers, async (answer) => {
      const { client, transport } = connected(answer);
      await reconcileUser(accessCluster(client), identity, desired, rules);
      // What the user holds could not be read: then nothing is touched.
      if (answer.status !== 200 && answer.plural !== 'namespaces') expect(transport.writes).toBe(0);
      expect(transport.requests).toBeLessThan(200);
    }),
    fuzzed("Cognito's pages", poolUsers, async (users) => {
      const { clients, called } = answeringClients({ ListUsers: { Users: users } });
      const { counts } = readDirectory(await listPoolUsers(clients, 'pool'), rules, mapper);
      expect(counts.users).toBe(users.length);
      expect(called).toEqual(['ListUsers']);
    }),
  ];
}
