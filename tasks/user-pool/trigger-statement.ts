/** The statement by which a user pool may call the profile manager. Pool ids have an underscore, statement ids may. */
export function triggerStatementId(userPoolArn: string): string {
  return `cognito-${userPoolArn.slice(userPoolArn.lastIndexOf('/') + 1)}`;
}
