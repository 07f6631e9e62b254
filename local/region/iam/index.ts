export { AccessControl, madeByCloudFormation, type Refusal } from './enforcement';
export { readResourceTags } from './resource-tags';
