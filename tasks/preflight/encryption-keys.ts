import { findKey } from '../../adapters/aws/kms';
import type { Configuration } from '../../core/configuration';
import type { TaskContext } from '../support/context';
import type { Finding } from './findings';

/** The key of the cluster's secrets, and those of artifacts and of shared volumes where they are others. */
export async function checkKeys(
  {
    kms_key_arn: arn,
    artifacts,
    shared_volumes: shared,
  }: Pick<Configuration, 'kms_key_arn' | 'artifacts' | 'shared_volumes'>,
  context: TaskContext,
): Promise<Finding[]> {
  const others: [path: string, arn: string | undefined][] = [
    ['artifacts.kms_key_arn', artifacts?.kms_key_arn],
    ['shared_volumes.kms_key_arn', shared?.kms_key_arn],
  ];
  const all = await Promise.all([
    checkKey('kms_key_arn', arn, context),
    ...others.flatMap(([path, other]) =>
      other === undefined || other === arn ? [] : [checkKey(path, other, context)],
    ),
  ]);
  return all.flat();
}

async function checkKey(path: string, arn: string, { clients }: TaskContext): Promise<Finding[]> {
  const key = await findKey(clients, arn);
  const finding = (found: string, advice: string): Finding[] => [
    {
      name: 'KmsKeyUnusable',
      message: `the KMS key ${arn} ${found}; expected an enabled symmetric key for encryption. ${advice}`,
    },
  ];
  if (key === undefined) return finding(`is not in ${clients.region}`, `Correct \`${path}\`.`);
  if (key.state !== 'Enabled') return finding(`is ${key.state}`, `Enable it or name another in \`${path}\`.`);
  if (key.spec !== 'SYMMETRIC_DEFAULT')
    return finding(`is a ${key.spec} key`, `Name another in \`${path}\`.`);
  return [];
}
