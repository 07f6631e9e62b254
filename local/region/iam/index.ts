export { AccessControl, type Refusal } from './enforcement';
export { lateTags, readResourceTags } from './resource-tags';
export { policiesOfPods } from './pod-roles';
export { controlAccess } from './stack-access';
