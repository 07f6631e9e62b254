import { validateDefinition } from '../definition/validate';
import { requireArn } from '../service/arns';
import { validationError } from '../service/errors';
import type { StepFunctions } from '../service/service';
import { executionOperations } from './execution-operations';
import { optionalText, tagsOf, text, type Body, type Operations } from './body';
import { page } from './pages';
import { seconds, stateMachineDescription } from './shapes';
import { defined } from '../defined';

/** The operations on state machines and tags, and all others with them. */
export const operations: Operations = {
  ...executionOperations,

  CreateStateMachine(service, body) {
    const machine = service.createStateMachine({
      name: text(body, 'name'),
      definition: text(body, 'definition'),
      roleArn: text(body, 'roleArn'),
      tags: tagsOf(body['tags']),
      ...(body['type'] !== undefined && { type: text(body, 'type') }),
      ...configuration(body),
    });
    return { stateMachineArn: machine.arn, creationDate: seconds(machine.creationDate) };
  },

  UpdateStateMachine(service, body) {
    const definition = optionalText(body, 'definition');
    const roleArn = optionalText(body, 'roleArn');
    const machine = service.updateStateMachine(requireArn('stateMachine', body['stateMachineArn']), {
      ...defined({ definition, roleArn }),
      ...configuration(body),
    });
    return { updateDate: seconds(machine.updateDate ?? service.now()), revisionId: machine.revisionId };
  },

  DescribeStateMachine(service, body) {
    return stateMachineDescription(service.machines.get(requireArn('stateMachine', body['stateMachineArn'])));
  },

  DescribeStateMachineForExecution(service, body) {
    const { record } = service.describeExecution(requireArn('execution', body['executionArn']));
    const machine = service.machines.find(record.stateMachineArn);
    return {
      stateMachineArn: record.stateMachineArn,
      name: record.stateMachineName,
      definition: record.definition,
      roleArn: record.roleArn,
      updateDate: seconds(machine?.updateDate ?? machine?.creationDate ?? record.startDate),
      ...defined({ mapRunArn: record.mapRunArn }),
    };
  },

  DeleteStateMachine(service, body) {
    service.machines.delete(requireArn('stateMachine', body['stateMachineArn']));
    return {};
  },

  ListStateMachines(service, body) {
    const { items, nextToken } = page(service.machines.all(), body, 'state machines');
    return {
      stateMachines: items.map((machine) => ({
        stateMachineArn: machine.arn,
        name: machine.name,
        type: machine.type,
        creationDate: seconds(machine.creationDate),
      })),
      ...defined({ nextToken }),
    };
  },

  ValidateStateMachineDefinition(_service, body) {
    const diagnostics = validateDefinition(text(body, 'definition'));
    const failed = diagnostics.some((diagnostic) => diagnostic.severity === 'ERROR');
    return { result: failed ? 'FAIL' : 'OK', diagnostics, truncated: false };
  },

  TagResource(service, body) {
    Object.assign(taggedMachine(service, body).tags, tagsOf(body['tags']));
    return {};
  },

  UntagResource(service, body) {
    const { tags } = taggedMachine(service, body);
    for (const key of (body['tagKeys'] as string[] | undefined) ?? []) Reflect.deleteProperty(tags, key);
    return {};
  },

  ListTagsForResource(service, body) {
    const { tags } = taggedMachine(service, body);
    return { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) };
  },
};

function configuration(body: Body): { loggingConfiguration?: unknown; tracingConfiguration?: unknown } {
  const { loggingConfiguration, tracingConfiguration } = body;
  return {
    ...defined({ loggingConfiguration, tracingConfiguration }),
  };
}

function taggedMachine(service: StepFunctions, body: Body): { tags: Record<string, string> } {
  const arn = body['resourceArn'];
  if (typeof arn !== 'string') throw validationError('resourceArn', arn, 'Member must not be null');
  return service.machines.get(arn);
}
