import { DescribeLaunchTemplateVersionsCommand, type EC2Client } from '@aws-sdk/client-ec2';
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
    onChange();
    return response;
  };
}

async function refusalOf(
  request: AwsRequest,
  http: HttpParts,
  { permits, ec2, iam, arn }: LaunchesOptions,
): Promise<AwsResponse | undefined> {
  const caller = header(http, callerHeader);
  const templates = [...readForm(http)].flatMap(([key, value]) => {
    const named = templateParameter.exec(key)?.[1];
    return named === undefined ? [] : [{ [named]: value }];
  });
  for (const template of templates) {
    const found = await ec2()
      .send(new DescribeLaunchTemplateVersionsCommand({ ...template, Versions: ['$Latest'] }))
      .catch(() => undefined);
    const [version] = found?.LaunchTemplateVersions ?? [];
    // That it is not there is for EC2 to say.
    if (version === undefined) continue;
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
