import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { createIntegrations, type StepFunctions } from 'step-functions-local';
import { useMoto } from '../../support/moto';
import {
  createService,
  ended,
  machine,
  start,
  types,
  type Ran,
  type States,
} from 'step-functions-local/testing';

const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'local' };

function serviceAt(endpoint: string): StepFunctions {
  return createService(
    {},
    {
      integrations: (service) =>
        createIntegrations({ endpoint, region: 'eu-central-1', credentials }, service),
    },
  );
}

async function run(endpoint: string, states: States, input: unknown = {}): Promise<Ran> {
  const service = serviceAt(endpoint);
  return await ended(service, start(service, machine(states), input));
}

const call = (resource: string, Arguments: unknown, more: object = { End: true }) => ({
  Type: 'Task',
  Resource: `arn:aws:states:::${resource}`,
  Arguments,
  ...more,
});

describe('against the APIs of AWS', () => {
  const moto = useMoto();

  test('dynamodb puts, gets, updates and deletes items', async () => {
    const client = new DynamoDBClient({ endpoint: moto.endpoint, region: 'eu-central-1', credentials });
    await client.send(
      new CreateTableCommand({
        TableName: 'items',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    const Key = { pk: { S: 'a' } };
    const { output } = await run(moto.endpoint, {
      Put: call(
        'dynamodb:putItem',
        { TableName: 'items', Item: { ...Key, n: { N: '1' }, list: { L: [{ S: 'x' }] } } },
        { Next: 'Update' },
      ),
      Update: call(
        'dynamodb:updateItem',
        {
          TableName: 'items',
          Key,
          UpdateExpression: 'SET n = :n',
          ExpressionAttributeValues: { ':n': { N: '{% $string(2) %}' } },
        },
        { Next: 'Get' },
      ),
      Get: call('dynamodb:getItem', { TableName: 'items', Key }),
    });
    expect(output).toMatchObject({
      Item: { pk: { S: 'a' }, n: { N: '2' }, list: { L: [{ S: 'x' }] } },
      SdkHttpMetadata: { HttpStatusCode: 200 },
    });
    await run(moto.endpoint, { Delete: call('aws-sdk:dynamodb:deleteItem', { TableName: 'items', Key }) });
    expect((await client.send(new GetItemCommand({ TableName: 'items', Key }))).Item).toBeUndefined();

    const refused = await run(moto.endpoint, {
      Put: call('aws-sdk:dynamodb:putItem', {
        TableName: 'items',
        Item: Key,
        ConditionExpression: 'attribute_exists(pk)',
      }),
    });
    expect(refused.record.failure).toEqual({
      error: 'DynamoDb.ConditionalCheckFailedException',
      cause: expect.stringMatching(
        /^The conditional request failed \(Service: DynamoDb, Status Code: 400, Request ID: .*\)$/,
      ) as unknown,
    });
    const optimised = await run(moto.endpoint, {
      Put: call('dynamodb:putItem', {
        TableName: 'items',
        Item: Key,
        ConditionExpression: 'attribute_exists(pk)',
      }),
    });
    expect(optimised.record.failure?.error).toBe('DynamoDB.ConditionalCheckFailedException');
    client.destroy();
  });

  test('aws-sdk:s3 reads an object, and names a missing one as AWS does', async () => {
    const client = new S3Client({
      endpoint: moto.endpoint,
      region: 'eu-central-1',
      credentials,
      forcePathStyle: true,
    });
    await client.send(
      new CreateBucketCommand({
        Bucket: 'things',
        CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
      }),
    );
    await client.send(new PutObjectCommand({ Bucket: 'things', Key: 'a.json', Body: '{"a":1}' }));
    const { output } = await run(moto.endpoint, {
      Get: call('aws-sdk:s3:getObject', { Bucket: 'things', Key: 'a.json' }),
    });
    expect(output).toMatchObject({
      Body: '{"a":1}',
      ContentLength: 7,
      LastModified: expect.stringMatching(/Z$/) as unknown,
    });
    const missing = await run(moto.endpoint, {
      Get: call('aws-sdk:s3:getObject', { Bucket: 'things', Key: 'b' }),
    });
    expect(missing.record.failure?.error).toBe('S3.NoSuchKeyException');
    client.destroy();
  });

  test('fields are capitalised whatever the API calls them', async () => {
    const { output } = await run(moto.endpoint, {
      Create: call(
        'aws-sdk:eks:createCluster',
        {
          Name: 'c',
          RoleArn: 'arn:aws:iam::123456789012:role/r',
          ResourcesVpcConfig: { SubnetIds: ['subnet-1'] },
          Tags: { lowerCase: 'kept' },
        },
        { Next: 'Describe' },
      ),
      Describe: call('aws-sdk:eks:describeCluster', { Name: 'c' }),
    });
    expect(output).toMatchObject({
      Cluster: { Name: 'c', Tags: { lowerCase: 'kept' }, CreatedAt: expect.stringMatching(/Z$/) as unknown },
    });
  });

  test('sns:publish and events:putEvents take JSON where the API takes text', async () => {
    const client = new SNSClient({ endpoint: moto.endpoint, region: 'eu-central-1', credentials });
    const { TopicArn } = await client.send(new CreateTopicCommand({ Name: 'topic' }));
    const { output } = await run(moto.endpoint, {
      Publish: call(
        'sns:publish',
        { TopicArn, Message: { a: '{% 1 + 1 %}' } },
        { Output: '{% $exists($states.result.MessageId) %}', Next: 'Event' },
      ),
      Event: call('events:putEvents', {
        Entries: [
          {
            Source: 'test',
            DetailType: 'Tested',
            Detail: { published: '{% $states.input %}' },
            EventBusName: 'default',
          },
        ],
      }),
    });
    expect(output).toMatchObject({
      FailedEntryCount: 0,
      Entries: [{ EventId: expect.any(String) as unknown }],
    });
    client.destroy();
  });

  test('an action or a field that does not exist ends the execution', async () => {
    const action = await run(moto.endpoint, { Work: call('aws-sdk:s3:fetchObject', {}) });
    expect(action.record.failure).toMatchObject({ error: 'States.Runtime' });
    const field = await run(moto.endpoint, {
      Work: call('aws-sdk:s3:getObject', { Bucket: 'a', Key: 'b', Colour: 'red' }),
    });
    expect(field.record.failure?.cause).toBe('The field "Colour" is not supported by Step Functions');
    const service = await run(moto.endpoint, { Work: call('glue:startJobRun.sync', {}) });
    expect(service.record.failure?.cause).toContain('is not an integration of this region');
  });
});

/** Lambda and CodeBuild as the region's gateway will answer for them; anything else is an error. */
describe('against a gateway', () => {
  let server: Server;
  let endpoint: string;
  let requests: { target: string; body: unknown }[];
  let answers: Record<
    string,
    (body: never) => { status?: number; headers?: Record<string, string>; body: unknown }
  >;

  beforeEach(async () => {
    requests = [];
    answers = {};
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const body: unknown = text === '' ? undefined : JSON.parse(text);
        const target = String(request.headers['x-amz-target'] ?? decodeURIComponent(request.url ?? ''));
        requests.push({ target, body });
        const answer = answers[target.split('.').at(-1) ?? ''] ?? answers[target];
        const {
          status = 200,
          headers = {},
          body: reply,
        } = answer?.(body as never) ?? { status: 501, body: { message: `no answer for ${target}` } };
        response.writeHead(status, {
          'content-type': 'application/x-amz-json-1.1',
          'x-amzn-requestid': 'request-1',
          ...headers,
        });
        response.end(typeof reply === 'string' ? reply : JSON.stringify(reply));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const FUNCTION = 'arn:aws:lambda:eu-central-1:111122223333:function:f';
  const INVOKE = `/2015-03-31/functions/${FUNCTION}/invocations`;

  test('lambda:invoke gives the whole answer of the API', async () => {
    answers[INVOKE] = (body) => ({ headers: { 'x-amz-executed-version': '$LATEST' }, body: { got: body } });
    const { output } = await run(endpoint, {
      Invoke: call('lambda:invoke', { FunctionName: FUNCTION, Payload: { n: '{% 2 %}' } }),
    });
    expect(output).toMatchObject({
      ExecutedVersion: '$LATEST',
      Payload: { got: { n: 2 } },
      SdkHttpMetadata: {
        HttpStatusCode: 200,
        HttpHeaders: { 'X-Amz-Executed-Version': '$LATEST', 'x-amzn-RequestId': 'request-1' },
      },
      SdkResponseMetadata: { RequestId: 'request-1' },
      StatusCode: 200,
    });
  });

  test("a function's ARN as the resource gives what the function returned", async () => {
    answers[INVOKE] = (body) => ({ body: { got: body } });
    const { output, events } = await run(
      endpoint,
      { Invoke: { Type: 'Task', Resource: FUNCTION, End: true } },
      { n: 1 },
    );
    expect(output).toEqual({ got: { n: 1 } });
    expect(types(events).slice(2, 5)).toEqual([
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
    ]);
  });

  test("a function's error is the error by its type, with the payload as cause", async () => {
    const payload = { errorType: 'ClusterNotActive', errorMessage: 'still CREATING' };
    answers[INVOKE] = () => ({ headers: { 'x-amz-function-error': 'Unhandled' }, body: payload });
    const { record } = await run(endpoint, { Invoke: call('lambda:invoke', { FunctionName: FUNCTION }) });
    expect(record.failure).toEqual({ error: 'ClusterNotActive', cause: JSON.stringify(payload) });
  });

  test('an error of Lambda itself carries its name', async () => {
    answers[INVOKE] = () => ({
      status: 429,
      headers: { 'x-amzn-errortype': 'TooManyRequestsException' },
      body: { message: 'Rate Exceeded.' },
    });
    const { record } = await run(endpoint, { Invoke: call('lambda:invoke', { FunctionName: FUNCTION }) });
    expect(record.failure?.error).toBe('Lambda.TooManyRequestsException');
    expect(record.failure?.cause).toContain('Rate Exceeded. (Service: Lambda, Status Code: 429');
  });

  test('no connection at all is an error of the client', async () => {
    const { record } = await run('http://127.0.0.1:9', {
      Invoke: call('lambda:invoke', { FunctionName: FUNCTION }),
    });
    expect(record.failure?.error).toBe('Lambda.SdkClientException');
  });

  test('codebuild:startBuild.sync waits for the end of the build', async () => {
    let polls = 0;
    answers['StartBuild'] = (body: { projectName: string }) => ({
      body: {
        build: {
          id: 'p:1',
          projectName: body.projectName,
          buildStatus: 'IN_PROGRESS',
          startTime: 1_700_000_000,
        },
      },
    });
    answers['BatchGetBuilds'] = () => ({
      body: {
        builds: [
          { id: 'p:1', buildStatus: ++polls < 3 ? 'IN_PROGRESS' : 'SUCCEEDED', startTime: 1_700_000_000 },
        ],
      },
    });
    const { output, events } = await run(endpoint, {
      Build: call('codebuild:startBuild.sync', {
        ProjectName: 'p',
        EnvironmentVariablesOverride: [{ Name: 'A', Value: '{% "b" %}', Type: 'PLAINTEXT' }],
      }),
    });
    expect(requests[0]?.body).toEqual({
      projectName: 'p',
      environmentVariablesOverride: [{ name: 'A', value: 'b', type: 'PLAINTEXT' }],
    });
    expect(output).toEqual({ Build: { Id: 'p:1', BuildStatus: 'SUCCEEDED', StartTime: 1_700_000_000_000 } });
    expect(types(events).slice(2, 6)).toEqual([
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
    ]);
    expect(events[2]?.details).toMatchObject({ resourceType: 'codebuild', resource: 'startBuild.sync' });
  });

  test('a build that fails fails the task with the build as cause', async () => {
    answers['StartBuild'] = () => ({ body: { build: { id: 'p:1', buildStatus: 'IN_PROGRESS' } } });
    answers['BatchGetBuilds'] = () => ({ body: { builds: [{ id: 'p:1', buildStatus: 'FAILED' }] } });
    const { record } = await run(endpoint, {
      Build: call('codebuild:startBuild.sync', { ProjectName: 'p' }),
    });
    expect(record.failure).toEqual({
      error: 'States.TaskFailed',
      cause: JSON.stringify({ Build: { Id: 'p:1', BuildStatus: 'FAILED' } }),
    });
  });

  test('a build is stopped with the execution that waits for it', async () => {
    answers['StartBuild'] = () => ({ body: { build: { id: 'p:1', buildStatus: 'IN_PROGRESS' } } });
    const stopped = new Promise((resolve) => {
      answers['StopBuild'] = (body) => {
        resolve(body);
        return { body: { build: { id: 'p:1' } } };
      };
    });
    const service = serviceAt(endpoint);
    const polled = new Promise<void>((resolve) => {
      answers['BatchGetBuilds'] = () => {
        resolve();
        return { body: { builds: [{ id: 'p:1', buildStatus: 'IN_PROGRESS' }] } };
      };
    });
    const arn = start(service, machine({ Build: call('codebuild:startBuild.sync', { ProjectName: 'p' }) }));
    await polled;
    service.stopExecution(arn);
    expect(await stopped).toEqual({ id: 'p:1' });
    expect((await ended(service, arn)).record.status).toBe('ABORTED');
  });
});
