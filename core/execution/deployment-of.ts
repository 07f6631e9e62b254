/**
 * The deployment that the input of an execution names: a configuration (`eks_name`), or the input of resync or destroy
 * (`deployment`).
 *
 * @param input JSON, as the caller wrote it
 * @returns `undefined` where it names none, whatever else is wrong with it
 */
export function deploymentOf(input: string | null | undefined): string | undefined {
  try {
    const { eks_name, deployment } = JSON.parse(input ?? '{}') as Record<string, unknown>;
    const name = eks_name ?? (isRecord(deployment) ? deployment['name'] : deployment);
    return typeof name === 'string' && /^[A-Za-z][A-Za-z0-9-]*$/.test(name) ? name : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The deployment whose name alone an input has: what was started by name works with what is registered of it, and is
 * started again by name.
 *
 * @param input JSON, as the caller wrote it
 * @returns `undefined` for the input of anything else, such as a configuration
 */
export function namedAlone(input: string | null | undefined): string | undefined {
  const name = deploymentOf(input);
  return name !== undefined && Object.keys(JSON.parse(input ?? '{}') as object).join() === 'deployment'
    ? name
    : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
