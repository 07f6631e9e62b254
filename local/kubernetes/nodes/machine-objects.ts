import { parse } from 'yaml';
import type { KubeObject } from '../kube-client';
import { placeLabels, registeredNode, type NodePlace } from './registered-node';

/** A machine of EC2 that somebody launched to be a node, with what its image and its user data make of it. */
export interface Machine extends NodePlace {
  /** `i-…` */
  id: string;
  address: string;
  volumeGiB: number;
  /** Minor version of Kubernetes that its image has. */
  version: string;
  config: NodeConfig;
}

/** What nodeadm is told in the user data of a machine (awslabs/amazon-eks-ami, `nodeadm/api/v1alpha1`, type NodeConfig). */
export interface NodeConfig {
  clusterName: string;
  labels: Readonly<Record<string, string>>;
  taints: readonly { key: string; value?: string; effect: string }[];
}

interface NodeConfigDocument {
  kind?: string;
  spec?: {
    cluster?: { name?: string };
    kubelet?: {
      flags?: string[];
      config?: { registerWithTaints?: { key: string; value?: string; effect: string }[] | null };
    };
  };
}

/**
 * Reads the NodeConfig in the user data of a machine with an image of Amazon Linux 2023, which is MIME in several parts.
 *
 * @param userData as the machine gets it
 * @returns undefined where there is none, so that the machine joins no cluster
 */
export function readNodeConfig(userData: string): NodeConfig | undefined {
  const boundary = /boundary="?([^"\r\n;]+)"?/.exec(userData)?.[1];
  const parts = boundary === undefined ? [] : userData.split(`--${boundary}`);
  const part = parts.find((text) => /^Content-Type: application\/node\.eks\.aws/im.test(text));
  if (part === undefined) return undefined;
  const { spec } = parse(part.replace(/^[\s\S]*?\r?\n\r?\n/, '')) as NodeConfigDocument;
  const flags = spec?.kubelet?.flags ?? [];
  const given = flags
    .map((flag) => /^--node-labels="?(.*?)"?$/.exec(flag)?.[1])
    .find((text) => text !== undefined);
  return {
    clusterName: spec?.cluster?.name ?? '',
    labels: Object.fromEntries(
      (given ?? '')
        .split(',')
        .filter((pair) => pair !== '')
        .map((pair) => {
          const at = pair.indexOf('=');
          return [pair.slice(0, at), pair.slice(at + 1)];
        }),
    ),
    taints: spec?.kubelet?.config?.registerWithTaints ?? [],
  };
}

/** The node that a machine becomes: with the labels and taints of its user data, and what the cloud's controllers tell of it. */
export function nodeOfMachine(machine: Machine): KubeObject {
  const { shape, config } = machine;
  return registeredNode({
    ...machine,
    // GPUs are there once a device plugin has told of them.
    shape: { ...shape, gpus: 0 },
    labels: { ...config.labels, ...placeLabels(machine) },
    taints: config.taints,
  });
}
