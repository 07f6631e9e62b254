/**
 * The group that the directory sends of everybody (docs/adfs.md), so that the attribute never goes missing: Cognito would
 * keep its old value. It gives nothing, whatever the rules say.
 */
export const everybodyGroup = 'kubeflow-everybody';
