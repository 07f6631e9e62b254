import {
  DescribeLaunchTemplateVersionsCommand,
  GetEbsDefaultKmsKeyIdCommand,
  TerminateInstancesCommand,
  type EC2Client,
  type LaunchTemplateVersion,
} from '@aws-sdk/client-ec2';
import { GetInstanceProfileCommand, type IAMClient } from '@aws-sdk/client-iam';
import { header, type AwsRequest, type HttpParts } from '../gateway/aws-request';
import { callerHeader, type AwsResponse, type ServiceHandler } from '../gateway/gateway';
import { denial } from '../iam/denial';
import type { Authorization } from '../iam/evaluate';
import { readForm } from '../overlays/query-xml';
import type { Permits } from './eks-grants';

export interface LaunchesOptions {
  /** Passes a request on to moto. */
  moto: ServiceHandler;
  permits: Permits;
  /** Clients of the region itself. */
  ec2: () => EC2Client;
  iam: () => IAMClient;
  /** ARN of something of EC2 in the account. */
  arn: (resource: string) => string;
  /** Told that machines may have been launched or ended. */
  onChange: () => void;
}

const operations: ReadonlySet<string> = new Set(['CreateFleet', 'RunInstances', 'TerminateInstances']);
const templateParameter =
  /^(?:LaunchTemplateConfigs\.\d+\.LaunchTemplateSpecification|LaunchTemplate)\.(LaunchTemplate(?:Id|Name))$/;

/**
 * Launches and ends of machines. What is launched from a template needs permissions of which the request does not tell: on the
 * template, by its tags, and to pass the role of its instance profile to EC2 (Service Authorization Reference, RunInstances;
 * IAM user guide, "Granting a user permissions to pass a role to an AWS service").
 */
export function launches(options: LaunchesOptions): ServiceHandler {
  const { moto, onChange } = options;
  return async (request, http) => {
    if (!operations.has(request.operation)) return undefined;
    const refused =
      request.operation === 'TerminateInstances' ? undefined : await refusalOf(request, http, options);
    if (refused !== undefined) return refused;
    const response = await moto(request, http);
    if (request.operation !== 'TerminateInstances') await endWithoutKey(response, http, options);
    onChange();
    return response;
  };
}

/** What EC2 asks KMS for with the rights of who launches a machine with an encrypted volume. */
const keyActions = ['kms:GenerateDataKeyWithoutPlaintext', 'kms:Decrypt', 'kms:CreateGrant'];

/**
 * A machine ends as soon as it is made where its caller may not use the key of a volume; the launch itself is not refused (EBS user
 * guide, "Requirements for Amazon EBS encryption"; aws/karpenter-provider-aws#1407, #4935). A volume for which no key is named has the
 * account's. The key of AWS everybody may use.
 */
async function endWithoutKey(
  response: AwsResponse | undefined,
  http: HttpParts,
  { permits, ec2 }: LaunchesOptions,
): Promise<void> {
  const InstanceIds = String(response?.body ?? '').match(/\bi-[0-9a-f]{8,17}\b/g) ?? [];
  if (InstanceIds.length === 0) return;
  const volumes = (await templatesOf(http, ec2)).flatMap(({ LaunchTemplateData: data }) =>
    (data?.BlockDeviceMappings ?? []).flatMap(({ Ebs: ebs }) => (ebs?.Encrypted === true ? [ebs] : [])),
  );
  if (volumes.length === 0) return;
  const { KmsKeyId: usual } = await ec2().send(new GetEbsDefaultKmsKeyIdCommand({}));
  const keys = new Set(volumes.map(({ KmsKeyId: key = usual ?? '' }) => key));
  const caller = header(http, callerHeader);
  for (const key of keys) {
    if (key.endsWith('alias/aws/ebs')) continue;
    const values = {
      'kms:viaservice': [`ec2.${key.split(':')[3] ?? ''}.amazonaws.com`],
      'kms:grantisforawsresource': ['true'],
    };
    for (const action of keyActions) {
      if (await permits(caller, { action, resource: key, context: { values, known: ['kms:'] } })) continue;
      await ec2().send(new TerminateInstancesCommand({ InstanceIds: [...new Set(InstanceIds)] }));
      return;
    }
  }
}

/** The launch templates that a request names, as far as they are there: that one is not is for EC2 to say. */
async function templatesOf(http: HttpParts, ec2: () => EC2Client): Promise<LaunchTemplateVersion[]> {
  const versions: LaunchTemplateVersion[] = [];
  for (const [key, value] of readForm(http)) {
    const named = templateParameter.exec(key)?.[1];
    if (named === undefined) continue;
    const found = await ec2()
      .send(new DescribeLaunchTemplateVersionsCommand({ [named]: value, Versions: ['$Latest'] }))
      .catch(() => undefined);
    versions.push(...(found?.LaunchTemplateVersions ?? []).slice(0, 1));
  }
  return versions;
}

async function refusalOf(
  request: AwsRequest,
  http: HttpParts,
  { permits, ec2, iam, arn }: LaunchesOptions,
): Promise<AwsResponse | undefined> {
  const caller = header(http, callerHeader);
  for (const version of await templatesOf(http, ec2)) {
    const profile = version.LaunchTemplateData?.IamInstanceProfile?.Name;
    const role =
      profile === undefined
        ? undefined
        : await iam()
            .send(new GetInstanceProfileCommand({ InstanceProfileName: profile }))
            .then(({ InstanceProfile: one }) => one?.Roles?.[0]?.Arn)
            .catch(() => undefined);
    const needs: Authorization[] = [
      {
        action: 'ec2:RunInstances',
        resource: arn(`launch-template/${version.LaunchTemplateId ?? ''}`),
        context: { values: {}, known: ['aws:requesttag/'] },
      },
      ...(role === undefined
        ? []
        : [
            {
              action: 'iam:PassRole',
              resource: role,
              context: { values: { 'iam:passedtoservice': ['ec2.amazonaws.com'] }, known: [] },
            },
          ]),
    ];
    for (const authorization of needs) {
      if (await permits(caller, authorization)) continue;
      return denial(request, http, { principalArn: caller ?? '', authorization, explicit: false });
    }
  }
  return undefined;
}
