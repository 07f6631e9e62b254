/**
 * The CloudWatch log group of what a task called: of a function or of a build.
 *
 * @param parameters of the task as the history has them, JSON: `FunctionName` of `lambda:invoke`, a name or an ARN with or
 *   without an alias, or `ProjectName` of `codebuild:startBuild`
 * @returns nothing where there are no parameters, or none of these
 */
export function logGroupOf(parameters: string | undefined): string | undefined {
  const { FunctionName: called, ProjectName: project } = read(parameters);
  if (typeof project === 'string') return `/aws/codebuild/${project}`;
  if (typeof called !== 'string') return undefined;
  const name = called.startsWith('arn:') ? called.split(':')[6] : called.split(':')[0];
  return name === undefined || name === '' ? undefined : `/aws/lambda/${name}`;
}

function read(parameters: string | undefined): Record<string, unknown> {
  try {
    return (JSON.parse(parameters ?? '{}') ?? {}) as Record<string, unknown>;
  } catch {
    // A service may cut what is long.
    return {};
  }
}
