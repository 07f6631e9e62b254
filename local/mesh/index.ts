export { Mesh } from './mesh';
export { ensureMeshPrograms } from './mesh-programs';
