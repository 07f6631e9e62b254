export { AccessControl, type Refusal } from './enforcement';
export { lateTags, readResourceTags } from './resource-tags';
