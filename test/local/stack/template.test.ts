import fs from 'node:fs';
import path from 'node:path';
import { makeResolver, type Template } from '../../../local/stack/intrinsics';
import { synthesizeForTest } from '../../infra/synthesis';

const target = { accountId: '111122223333', region: 'eu-central-1', partition: 'aws' };

const template: Template = {
  Resources: {
    Fn: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'fn' } },
    FnVersion: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Fn' } } },
    FnAlias: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Fn' }, Name: 'live' } },
    Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { StateMachineName: 'machine' } },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: { RoleName: { 'Fn::Join': ['-', ['role', { Ref: 'AWS::Region' }]] } },
    },
    Nameless: { Type: 'AWS::Lambda::Function', Properties: {} },
    Bucket: { Type: 'AWS::S3::Bucket' },
  },
};
const resolver = makeResolver(template, target);

describe('references of a template', () => {
  it.each([
    [{ Ref: 'Fn' }, 'fn'],
    [{ 'Fn::GetAtt': ['Fn', 'Arn'] }, 'arn:aws:lambda:eu-central-1:111122223333:function:fn'],
    [{ 'Fn::GetAtt': 'Fn.Arn' }, 'arn:aws:lambda:eu-central-1:111122223333:function:fn'],
    [{ Ref: 'FnVersion' }, 'arn:aws:lambda:eu-central-1:111122223333:function:fn:1'],
    [{ Ref: 'FnAlias' }, 'arn:aws:lambda:eu-central-1:111122223333:function:fn:live'],
    [{ Ref: 'Machine' }, 'arn:aws:states:eu-central-1:111122223333:stateMachine:machine'],
    [{ 'Fn::GetAtt': ['Machine', 'Name'] }, 'machine'],
    [{ Ref: 'Role' }, 'role-eu-central-1'],
    [{ 'Fn::GetAtt': ['Role', 'Arn'] }, 'arn:aws:iam::111122223333:role/role-eu-central-1'],
    [
      { 'Fn::Sub': '${AWS::Partition}:${Fn}:${Fn.Arn}:${!kept}' },
      'aws:fn:arn:aws:lambda:eu-central-1:111122223333:function:fn:${kept}',
    ],
    [{ 'Fn::Sub': ['${a}/${AWS::AccountId}', { a: { Ref: 'Fn' } }] }, 'fn/111122223333'],
    [{ 'Fn::Select': [1, { 'Fn::Split': [':', { Ref: 'Machine' }] }] }, 'aws'],
    [
      { a: [{ b: { Ref: 'Fn' } }], Ref: 'two keys are no reference' },
      { a: [{ b: 'fn' }], Ref: 'two keys are no reference' },
    ],
  ])('%j is %j', (value, expected) => {
    expect(resolver.resolve(value)).toEqual(expected);
  });

  it.each([
    [{ Ref: 'Nope' }, 'refers to Nope (no resource)'],
    [{ Ref: 'Bucket' }, 'refers to Bucket (AWS::S3::Bucket)'],
    [{ Ref: 'Nameless' }, 'Nameless (AWS::Lambda::Function) has no fixed name'],
    [{ 'Fn::GetAtt': ['Fn', 'SnapStartResponse'] }, 'asks for Fn.SnapStartResponse'],
    [{ 'Fn::ImportValue': 'x' }, 'uses Fn::ImportValue'],
    [{ 'Fn::Join': ['', [['a list']]] }, 'expected text'],
  ])('%j cannot be known before a deployment', (value, message) => {
    expect(() => resolver.resolve(value)).toThrow(message);
  });

  it('give names and ARNs', () => {
    expect([resolver.nameOf('Fn'), resolver.arnOf('Role')]).toEqual([
      'fn',
      'arn:aws:iam::111122223333:role/role-eu-central-1',
    ]);
  });
});

describe('the resources of the stack', () => {
  it('have their bundles and sources beside the template', () => {
    const { deployed } = synthesizeForTest();
    for (const { file, assetDir } of deployed.functions) {
      expect(fs.readFileSync(path.join(assetDir, 'index.js'), 'utf8')).toContain(`'${file}'`);
    }
    for (const { name, sourceDir, buildspec } of deployed.buildProjects) {
      const project = name.replace('kubeflow-eks-', '');
      expect(fs.existsSync(path.join(sourceDir, project, 'buildspec.yml'))).toBe(true);
      expect(buildspec).toContain(`echo ${project}`);
    }
  });

  it('have nothing left to resolve', () => {
    expect(JSON.stringify(synthesizeForTest().deployed)).not.toMatch(
      /"(Ref|Fn::\w+)":|\$\{Token|<(partition|region|account)>/,
    );
  });

  it('have a table that can be made from what is read', () => {
    expect(synthesizeForTest().deployed.table).toEqual({
      name: 'kubeflow-eks-registry',
      arn: 'arn:aws:dynamodb:eu-central-1:111122223333:table/kubeflow-eks-registry',
      keySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      attributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      timeToLiveAttribute: 'expiresAt',
    });
  });
});
