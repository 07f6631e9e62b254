import { RuntimeError } from '../language/errors';
import type { StepFunctions } from '../service/service';
import { createAwsApi, type ClientConfig } from './aws-api';
import { codeBuildIntegration } from './codebuild';
import type { TaskIntegration } from './integration';
import { lambdaIntegration } from './lambda';
import { dynamoDbIntegration, eventsIntegration, snsIntegration, sqsIntegration } from './messages';
import { nestedExecutions } from './nested-executions';

/**
 * The integrations that do what AWS' do, through the AWS SDK, against the given endpoint.
 *
 * @param service where `states:startExecution` starts executions.
 */
export function createIntegrations(config: ClientConfig, service: StepFunctions): TaskIntegration {
  const aws = createAwsApi(config);
  const lambda = lambdaIntegration(aws);
  const optimised: Readonly<Record<string, TaskIntegration>> = {
    'lambda-function': lambda,
    lambda,
    codebuild: codeBuildIntegration(aws),
    states: nestedExecutions(service),
    events: eventsIntegration(aws),
    sns: snsIntegration(aws),
    sqs: sqsIntegration(aws),
    dynamodb: dynamoDbIntegration(aws),
  };
  return {
    async call(request) {
      const integration = Object.hasOwn(optimised, request.service) ? optimised[request.service] : undefined;
      if (integration !== undefined) return await integration.call(request);
      if (!request.service.startsWith('aws-sdk:')) {
        throw new RuntimeError(`The resource '${request.resource}' is not an integration of this region`);
      }
      const answer = await aws.call({
        service: request.service.slice('aws-sdk:'.length),
        action: request.action,
        arguments: request.arguments,
        signal: request.signal,
      });
      return answer.output;
    },
  };
}
