export { AccessControl, madeByCloudFormation } from './enforcement';
export { readResourceTags } from './resource-tags';
