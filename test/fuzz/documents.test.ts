import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { completeRules } from '../../core/access/complete-rules';
import { parseGroups } from '../../core/access/groups';
import { parseConfiguration } from '../../core/configuration';
import { parseUsers } from '../../core/configuration/users';
import { errorKind } from '../../core/errors';
import { readableCause } from '../../core/execution/cause';
import { madeThings } from '../../core/execution/console-links';
import { deploymentOf } from '../../core/execution/deployment-of';
import { parseRegistration } from '../../core/handover/registration';
import { parseSamlMetadata } from '../../core/saml/saml-metadata';
import { readInput } from '../../builds/support/input';
import { formatManifests, parseManifests } from '../../builds/kubernetes/objects';
import { createContext } from '../../tasks/support/context';
import fc from '../support/fast-check';
import { makeSamlMetadata } from '../support/saml-metadata';
import { loadTask } from '../workflows/dry-run';
import { exampleConfiguration, results } from '../workflows/samples';
import { mutated, mutatedText } from './mutated';

/** For each kind of document; every night more (`npm run test:fuzz`). */
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 200);

const example = parse(readFileSync(join(__dirname, '../../examples/acme.yaml'), 'utf8')) as unknown;
const users = parse(readFileSync(join(__dirname, '../../examples/acme.users.yaml'), 'utf8')) as unknown;

/** Whatever is thrown must have a name that the runbook knows. */
function orKnownError(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    const { name, message } = error as Error;
    if (errorKind(name) === undefined)
      throw new Error(`${name} is in no catalogue: ${message}`, { cause: error });
    expect(message.length).toBeLessThan(20_000);
  }
}

const holds = <T>(documents: fc.Arbitrary<T>, check: (document: T) => void): void => {
  fc.assert(fc.property(documents, check), { numRuns });
};

test('a configuration is taken, or every problem of it is named', () => {
  holds(mutated(example), (document) => {
    const parsed = parseConfiguration(document);
    if (parsed.ok) return;
    expect(parsed.problems.length).toBeGreaterThan(0);
    for (const { message } of parsed.problems) expect(message).not.toBe('');
  });
});

test('so is a file of sample users', () => {
  holds(mutated(users), (document) => {
    const parsed = parseUsers(document);
    if ('problems' in parsed) expect(parsed.problems.length).toBeGreaterThan(0);
  });
});

test('SAML metadata is read, or SamlMetadataUnusable', async () => {
  holds(mutatedText(await makeSamlMetadata()), (text) => {
    orKnownError(() => parseSamlMetadata(text));
  });
});

test('an attribute of groups is a list of groups, or a problem', () => {
  holds(
    fc.oneof(mutatedText('[team-a, CN%3DKF+ml%2COU%3Dgroups, b]'), fc.string({ unit: 'binary' })),
    (text) => {
      const parsed = parseGroups(text);
      if (parsed.ok) for (const group of parsed.groups) expect(group.trim()).not.toBe('');
      else expect(parsed.problem).not.toBe('');
    },
  );
});

test('a row of the registry is read, or RegistrationUnreadable', () => {
  const loaded = results['load-registration'] as object;
  const row = { schemaVersion: 1, ...loaded, configuration: exampleConfiguration };
  holds(mutated(row), (document) => {
    const stored = { name: 'acme', row: (document ?? {}) as Record<string, unknown> };
    orKnownError(() => parseRegistration(stored, 'deployment', 'identity', 'cluster'));
  });
});

test('rules of access are completed from whatever was stored', () => {
  const { access } = parsedAccess();
  holds(mutated(access), (stored) => {
    orKnownError(() => completeRules(stored));
  });
});

function parsedAccess(): { access: unknown } {
  const parsed = parseConfiguration(example);
  if (!parsed.ok) throw new Error('the example is invalid');
  return parsed.configuration;
}

test('what a build is given in a variable is read, or refused by name', () => {
  holds(mutatedText(JSON.stringify(results['describe-cluster'])), (text) => {
    orKnownError(() => readInput('CLUSTER', { CLUSTER: text }));
  });
});

test('what kustomize renders is objects, or an error that says what it is not', () => {
  const manifests = formatManifests([
    {
      apiVersion: 'v1',
      kind: 'List',
      items: [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } }],
    },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'b', namespace: 'c' }, spec: {} },
  ]);
  holds(mutatedText(manifests), (text) => {
    try {
      for (const { kind, metadata } of parseManifests(text)) {
        expect([typeof kind, typeof metadata.name]).toEqual(['string', 'string']);
      }
    } catch (error) {
      expect((error as Error).name).not.toMatch(/TypeError|RangeError|JestAssertionError/);
    }
  });
});

test('what AWS answers about an execution is shown, whatever it is', () => {
  holds(fc.oneof(mutatedText('{"errorMessage":"no","trace":[]}'), fc.json()), (text) => {
    expect(typeof readableCause(text)).toBe('string');
    expect(['string', 'undefined']).toContain(typeof deploymentOf(text));
  });
  holds(
    mutated({ userPoolId: 'eu-central-1_A', certificateArn: 'arn:aws:acm:eu-central-1:1:certificate/a' }),
    (output) => {
      expect(Array.isArray(madeThings(output, 'eu-central-1'))).toBe(true);
    },
  );
});

test.each([
  'acquire-lock',
  'ensure-user-pool',
  'request-certificates',
  'ensure-records',
  'register-deployment',
])('an event that %s does not take is refused before anything is called', async (file) => {
  const task = await loadTask(file);
  // Without an environment and credentials nothing can be called.
  const context = createContext({ environment: {} });
  await fc.assert(
    fc.asyncProperty(
      mutated({ deployment: results['load-registration'], x: [1, { y: 'z' }] }),
      async (event) => {
        if (task.spec.input.safeParse(event).success) return;
        await expect(task.run(event, context)).rejects.toMatchObject({ name: 'InvalidTaskInput' });
      },
    ),
    { numRuns },
  );
});
