export { Adfs, signInAddress, type RelyingParty } from './adfs';
export { groupNames, People, type Person } from './people';
export { documentedRules } from './relying-party';
