import { App } from 'aws-cdk-lib';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { givenOptions, namedOptions } from '../../infra/options';
import { compareOptions, lostOptionsMessage, rememberedOptions } from '../../infra/remembered-options';
import { optionSets } from './option-sets';
import { synthesizeForTest, synthesizeWith } from './synthesis';

const deployedWith = optionSets.manyOptions;

/** What a synthesis with this context finds about a stack that was deployed with {@link deployedWith}. */
function changes(context: Record<string, unknown>): ReturnType<typeof compareOptions> {
  const { deployed } = synthesizeWith('manyOptions');
  const { node } = new App({ context });
  return compareOptions(rememberedOptions(deployed.outputs), givenOptions(node), namedOptions(node));
}

test('the stack remembers the options that it was made with', () => {
  const { deployed } = synthesizeWith('manyOptions');
  expect(rememberedOptions(deployed.outputs)).toEqual({
    ...deployedWith,
    subnetIds: 'subnet-0123456789abcdef1,subnet-0123456789abcdef2',
    resyncMinutes: '15',
  });
  expect(rememberedOptions(synthesizeForTest().deployed.outputs)).toEqual({});
});

test('a synthesis without them would lose all of them, and says which and what to do', () => {
  const { lost } = changes({});
  expect(lost).toHaveLength(7);
  const message = lostOptionsMessage(lost);
  expect(message).toContain('  vpcId=vpc-0123456789abcdef0\n');
  expect(message).toContain('cdk.context.json');
});

test('one for another option loses the rest all the same', () => {
  const { lost, changed } = changes({ componentTimeoutMinutes: 30 });
  expect(lost).toHaveLength(7);
  expect(changed).toEqual(['option componentTimeoutMinutes: 30 is new']);
});

test('the same options lose nothing, and a value may change', () => {
  expect(changes(deployedWith)).toEqual({ lost: [], changed: [] });
  expect(changes({ ...deployedWith, resyncMinutes: 30 })).toEqual({
    lost: [],
    changed: ['option resyncMinutes: 15 becomes 30'],
  });
});

test('an option that is given as empty is dropped on purpose', () => {
  expect(changes({ ...deployedWith, notificationEmail: '' })).toEqual({
    lost: [],
    changed: ['option notificationEmail: ops@example.com is dropped'],
  });
});

test("the CDK's command line gets a wrong value as one line, before anything is bundled", () => {
  const root = join(__dirname, '../..');
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'infra/app.ts'], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], CDK_CONTEXT_JSON: JSON.stringify({ vpcId: 'vpc-1' }) },
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^context vpcId, subnetIds and securityGroupIds go together: .*\n$/);
}, 60_000);
