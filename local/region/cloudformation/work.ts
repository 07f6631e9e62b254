import { note, type ChangeSet, type Stack, type StackResource } from './stack-record';
import { change, kindOf, make, makingOf, remove, ResourceFailed, scopeOf, type Work } from './resource-steps';
import { inOrder, resolve } from './stack-template';

/**
 * Makes the resources of a stack, each after those that it needs. Where one fails, what was made is removed again and the
 * stack stays, with its events (CloudFormation user guide, "Stack failure options"). Never rejects.
 */
export async function createStack(work: Work): Promise<void> {
  const { stack, onChange } = work;
  note(stack, 'CREATE_IN_PROGRESS', { reason: 'User Initiated' });
  onChange();
  try {
    for (const [logicalId, resource] of inOrder(stack.template)) await make(work, logicalId, resource);
    stack.outputs = outputsOf(work);
    note(stack, 'CREATE_COMPLETE');
  } catch (error) {
    const reason = failureOf(stack, error);
    if (stack.keepsWhatFailed) note(stack, 'CREATE_FAILED', { reason });
    else {
      note(stack, 'ROLLBACK_IN_PROGRESS', { reason: `${reason} Rollback requested by user.` });
      onChange();
      note(stack, (await removeAll(work)) ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED');
    }
  }
  onChange();
}

/** Removes what a stack has made, the latest first; what cannot be removed stays, with the stack. Never rejects. */
export async function deleteStack(work: Work): Promise<void> {
  const { stack, onChange } = work;
  note(stack, 'DELETE_IN_PROGRESS', { reason: 'User Initiated' });
  onChange();
  if (await removeAll(work)) note(stack, 'DELETE_COMPLETE');
  else {
    const kept = stack.resources.filter(({ status }) => status === 'DELETE_FAILED');
    const names = kept.map(({ logicalId }) => logicalId).join(', ');
    note(stack, 'DELETE_FAILED', { reason: `The following resource(s) failed to delete: [${names}].` });
  }
  onChange();
}

/**
 * Brings a stack to the template of a change set: changes resources, makes those that are new, removes those that are not
 * in it any more. Where one fails, those that were changed get their properties back. Never rejects.
 */
export async function updateStack(work: Work, changeSet: ChangeSet): Promise<void> {
  const { stack, onChange } = work;
  const before = { ...stack };
  const changed: { resource: StackResource; properties: Record<string, unknown> }[] = [];
  note(stack, 'UPDATE_IN_PROGRESS', { reason: 'User Initiated' });
  Object.assign(stack, {
    template: changeSet.template,
    templateBody: changeSet.templateBody,
    tags: changeSet.tags,
  });
  onChange();
  try {
    for (const [logicalId, resource] of inOrder(stack.template)) {
      const present = stack.resources.find((candidate) => candidate.logicalId === logicalId);
      if (present === undefined) await make(work, logicalId, resource);
      else {
        const { properties } = present;
        if (await change(work, present, resource)) changed.push({ resource: present, properties });
      }
    }
    const surplus = stack.resources.filter(({ logicalId }) => !(logicalId in stack.template.Resources));
    for (const resource of surplus.reverse()) await remove(work, resource);
    stack.outputs = outputsOf(work);
    note(stack, 'UPDATE_COMPLETE');
  } catch (error) {
    note(stack, 'UPDATE_ROLLBACK_IN_PROGRESS', { reason: failureOf(stack, error) });
    onChange();
    const { template, templateBody, tags } = before;
    Object.assign(stack, { template, templateBody, tags });
    for (const { resource, properties } of changed.reverse()) {
      resource.properties = properties;
      await kindOf(resource.type)
        .update?.(makingOf(work, resource), resource.physicalId)
        .catch(() => undefined);
    }
    for (const resource of stack.resources.filter(({ logicalId }) => !(logicalId in template.Resources)))
      await remove(work, resource).catch(() => undefined);
    note(stack, 'UPDATE_ROLLBACK_COMPLETE');
  }
  onChange();
}

/** @returns whether nothing is left */
async function removeAll(work: Work): Promise<boolean> {
  for (const resource of [...work.stack.resources].reverse())
    await remove(work, resource).catch(() => undefined);
  return work.stack.resources.length === 0;
}

function failureOf(stack: Stack, error: unknown): string {
  if (error instanceof ResourceFailed)
    return `The following resource(s) failed to ${error.what}: [${error.logicalId}].`;
  return error instanceof Error ? error.message : `${stack.name}: ${String(error)}`;
}

function outputsOf(work: Work): Stack['outputs'] {
  const scope = scopeOf(work);
  return Object.entries(work.stack.template.Outputs ?? {}).map(
    ([key, { Value: value, Export: exporting }]) => ({
      key,
      value: String(resolve(value, scope)),
      ...(exporting !== undefined && { exportName: String(resolve(exporting.Name, scope)) }),
    }),
  );
}
