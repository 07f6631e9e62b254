import { CreateVolumeCommand, DeleteVolumeCommand, DescribeVolumesCommand } from '@aws-sdk/client-ec2';
import { DescribeAddonCommand } from '@aws-sdk/client-eks';
import type { RegionClients } from './clients';

/** A volume as the EBS CSI driver is asked for it. */
export interface WantedVolume {
  /** `pvc-<uid>`; for a name, the driver makes one volume. */
  name: string;
  zone: string;
  /** In GiB. */
  size: number;
}

/**
 * Makes a volume as the EBS CSI add-on does: with the driver's own tags and those that the add-on is configured to give
 * (aws-ebs-csi-driver, "Tagging").
 *
 * @returns its id
 */
export async function makeVolume(
  { ec2, eks }: RegionClients,
  clusterName: string,
  { name, zone, size }: WantedVolume,
): Promise<string> {
  const { Volumes: [known] = [] } = await ec2.send(
    new DescribeVolumesCommand({ Filters: [{ Name: 'tag:CSIVolumeName', Values: [name] }] }),
  );
  if (known?.VolumeId !== undefined) return known.VolumeId;
  const { addon } = await eks.send(
    new DescribeAddonCommand({ clusterName, addonName: 'aws-ebs-csi-driver' }),
  );
  const { controller } = JSON.parse(addon?.configurationValues ?? '{}') as {
    controller?: { extraVolumeTags?: Record<string, string> };
  };
  const tags = {
    ...controller?.extraVolumeTags,
    CSIVolumeName: name,
    'ebs.csi.aws.com/cluster': 'true',
    [`kubernetes.io/cluster/${clusterName}`]: 'owned',
  };
  const { VolumeId: id = '' } = await ec2.send(
    new CreateVolumeCommand({
      AvailabilityZone: zone,
      Size: size,
      TagSpecifications: [
        { ResourceType: 'volume', Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
      ],
    }),
  );
  return id;
}

/** Deletes it; no error if it is gone. */
export async function removeVolume({ ec2 }: RegionClients, id: string): Promise<void> {
  try {
    await ec2.send(new DeleteVolumeCommand({ VolumeId: id }));
  } catch (error) {
    if (!(error instanceof Error) || !error.name.startsWith('InvalidVolume.NotFound')) throw error;
  }
}
