/**
 * Tags as eksctl may be given them. It names all that it makes by a tag `Name` of its own and appends what it is given,
 * so that a configured `Name` would stand there twice (eksctl, `pkg/cfn/builder/api.go` and `managed_launch_template.go`),
 * which EC2 and CloudFormation refuse.
 */
export function withoutName(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => key !== 'Name'));
}
