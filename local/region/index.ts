export { startRegion, operator } from './region';
export type { Region } from './region';
export { Chaos } from './chaos';
export { failState } from './faults';
export { findConnection } from './connection';
export type { RegionConnection } from './connection';
export { bringUp, enter, prepareAccountOf, putPeople, takeDown } from './lifecycle';
export { stackOptionsFor } from './account/stack-options';
export { nodeTooOld } from './node-version';
