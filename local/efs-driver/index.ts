export { startDriver } from './driver-programs';
export { followSharedVolumes } from './follow-volumes';
export { driverServiceAccount } from './installed-objects';
