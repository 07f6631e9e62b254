import {
  CreateTableCommand,
  DynamoDBClient,
  UpdateTimeToLiveCommand,
  type AttributeDefinition,
  type KeySchemaElement,
} from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import type { DeployedResources } from '../stack/template';
import type { StepFunctions } from 'step-functions-local';
import { ownCredentials } from './account/clients';

/** Who may take a role is not looked at here. */
const noTrust = JSON.stringify({ Version: '2012-10-17', Statement: [] });

/**
 * Does what CloudFormation does with the template, as far as the region's services need it: the table, the topic, the
 * roles, without their policies, which the region's IAM reads from the template, and the state machines. Functions, builds and rules are read from the same template by who runs them.
 */
export async function deploy(
  deployed: DeployedResources,
  moto: { endpoint: string; region: string },
  stepFunctions: StepFunctions,
): Promise<void> {
  const config = {
    ...moto,
    credentials: ownCredentials,
  };
  const dynamodb = new DynamoDBClient(config);
  const sns = new SNSClient(config);
  const iam = new IAMClient(config);
  const { table, topic, roles } = deployed;
  await Promise.all([
    dynamodb
      .send(
        new CreateTableCommand({
          TableName: table.name,
          KeySchema: table.keySchema as KeySchemaElement[],
          AttributeDefinitions: table.attributeDefinitions as AttributeDefinition[],
          BillingMode: 'PAY_PER_REQUEST',
        }),
      )
      .then(async () => {
        if (table.timeToLiveAttribute === undefined) return;
        await dynamodb.send(
          new UpdateTimeToLiveCommand({
            TableName: table.name,
            TimeToLiveSpecification: { AttributeName: table.timeToLiveAttribute, Enabled: true },
          }),
        );
      }),
    sns.send(new CreateTopicCommand({ Name: topic.name })),
    ...roles.map(({ name }) =>
      iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: noTrust })),
    ),
  ]);
  for (const { name, arn, definition, roleArn } of deployed.stateMachines) {
    const content = { definition: JSON.stringify(definition), roleArn };
    // A region that comes up again has them; executions under way keep the definition that they began with.
    if (stepFunctions.machines.find(arn) === undefined)
      stepFunctions.createStateMachine({ name, ...content });
    else stepFunctions.updateStateMachine(arn, content);
  }
  dynamodb.destroy();
  sns.destroy();
  iam.destroy();
}
