import { functionFiles, functionSpec, type FunctionFile } from '../../infra/functions';
import { analyseFunctions, type Analysis } from './bundle-analysis';
import { impliedBy } from './implied-permissions';

/** What Lambda itself does with a function's role. */
const byLambda: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  ['failure-recorder', 'drift-planner', 'drift-recorder'].map((file) => [file, ['sqs:SendMessage']]),
);

const all = functionFiles.flatMap((file) => functionSpec(file).permissions);

let analyses: ReadonlyMap<FunctionFile, Analysis>;
beforeAll(async () => {
  analyses = await analyseFunctions();
});

describe('the permissions of the functions', () => {
  it.each(functionFiles)('of %s are the calls that its code can make, no fewer and no more', (file) => {
    const called = analyses.get(file)?.actions ?? [];
    const needed = [...called, ...impliedBy(called), ...(byLambda[file] ?? [])];
    const permitted = functionSpec(file).permissions.flatMap(({ actions }) => actions);
    expect([...new Set(permitted)].sort()).toEqual([...new Set(needed)].sort());
  });

  it('are found in the code at all', () => {
    expect(analyses.get('tag-subnets')?.actions).toEqual([
      'dynamodb:GetItem',
      'ec2:CreateTags',
      'ec2:DescribeTags',
    ]);
    expect(analyses.get('profile-manager')?.actions).toContain('dynamodb:GetItem');
  });

  it('have no wildcard in an action, and a reason for each in a resource', () => {
    for (const permission of all) {
      for (const action of permission.actions) expect(action).toMatch(/^[a-z0-9-]+:[A-Za-z0-9]+$/);
      expect(permission.why.length).toBeGreaterThan(20);
    }
  });

  it('let nothing be changed on resources of any name, but for what is tagged or restricted by a condition', () => {
    const changing = all
      .filter(({ actions }) => actions.some((action) => !/:(Get|List|Describe|AdminGet|Scan)/.test(action)))
      .filter(({ resources }) =>
        resources.some((resource) => /[/:]\*$/.test(resource) && !resource.includes('kubeflow-eks')),
      );
    for (const permission of changing) {
      if (permission.actions.includes('cloudfront:UpdateDistribution')) continue;
      expect([permission.actions, permission.conditions]).toEqual([
        permission.actions,
        expect.any(Object) as object,
      ]);
    }
  });
});
