export { followKarpenter } from './follow-chart';
export { startKarpenter } from './controller-program';
