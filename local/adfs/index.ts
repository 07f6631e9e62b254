export { Adfs, signInAddress, type RelyingParty } from './adfs';
export type { DirectorySettings } from './dialects';
export { groupNames, People, type Person } from './people';
export { documentedRules } from './relying-party';
