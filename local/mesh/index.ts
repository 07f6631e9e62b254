export { Mesh } from './mesh';
export { ensureMeshPrograms, missingMeshPrograms } from './mesh-programs';
