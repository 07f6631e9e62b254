export { AccessControl, madeByCloudFormation } from './enforcement';
export type { Refusal } from './enforcement';
export { readResourceTags } from './resource-tags';
