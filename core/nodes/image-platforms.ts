import type { InstanceShape } from './resources';

type Architecture = InstanceShape['architecture'];

/**
 * Images of the distribution that are published for x86-64 alone, wherever they were mirrored to: Kubeflow Pipelines'
 * own (kubeflow/pipelines#10309, #12705, #13957) and the metadata store that it uses (kubeflow/pipelines#10308).
 */
const x86Only = [
  /(^|\/)kubeflow\/kfp-/,
  /(^|\/)ml-pipeline\//,
  /(^|\/)tfx-oss-public\/ml_metadata_store_server/,
];

/** Whether an image is published for an architecture, as far as this project knows; most are published for both. */
export function runsOn(image: string, architecture: Architecture): boolean {
  return architecture === 'amd64' || !x86Only.some((pattern) => pattern.test(image));
}
