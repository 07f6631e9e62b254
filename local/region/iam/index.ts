export { AccessControl, type Refusal } from './enforcement';
export { lateTags, readResourceTags } from './resource-tags';
export { policiesOfPods } from './pod-roles';
