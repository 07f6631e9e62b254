import type { MapState } from '../definition/types';
import type { MapProgress } from '../execution/records';
import { RuntimeError } from '../language/errors';
import type { StateContext } from './context';

/** Runs the child workflows of a distributed Map. */
export function runMapRun(context: StateContext<MapState>, _map: MapProgress): Promise<void> {
  return Promise.reject(new RuntimeError(`distributed Map '${context.progress.name}'`));
}
