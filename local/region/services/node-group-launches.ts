import { DescribeLaunchTemplateVersionsCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { header } from '../gateway/aws-request';
import { awsError, callerHeader, type ServiceHandler } from '../gateway/gateway';
import type { Authorization } from '../iam/evaluate';
import { madeUp } from '../iam/needs';
import type { Permits } from './eks-grants';

export interface NodeGroupLaunchesOptions {
  permits: Permits;
  /** Of the region itself. */
  ec2: () => EC2Client;
  /** ARN of something of EC2 in the account. */
  arn: (resource: string) => string;
  /** ARN of the image that EKS takes, which belongs to no account. */
  imageArn: string;
}

interface NodeGroup {
  subnets?: string[];
  launchTemplate?: { name?: string; id?: string };
}

/**
 * Before EKS makes a node group with a launch template, it sees to it that its caller could launch machines with that, with the
 * tags that stand in it (EKS user guide, "Customize managed nodes with launch templates"; EC2 user guide, "Use launch templates to
 * control launching instances"; the words: aws-samples/terraform-eks-code#13, scylladb/scylla-cluster-tests#12172). The subnets and
 * the type of the machines are the node group's: that these, not being in the template, do not count as its resources is
 * assumed. It answers refusals only.
 */
export function nodeGroupLaunches({ permits, ec2, arn, imageArn }: NodeGroupLaunchesOptions): ServiceHandler {
  return async (_request, http) => {
    const path = new URL(http.url, 'http://localhost').pathname;
    if (http.method !== 'POST' || !/^\/clusters\/[^/]+\/node-groups\/?$/.test(path)) return undefined;
    const { launchTemplate, subnets = [] } = JSON.parse(http.body.toString('utf8')) as NodeGroup;
    if (launchTemplate === undefined) return undefined;
    const found = await ec2()
      .send(
        new DescribeLaunchTemplateVersionsCommand({
          ...(launchTemplate.id === undefined
            ? { LaunchTemplateName: launchTemplate.name }
            : { LaunchTemplateId: launchTemplate.id }),
          Versions: ['$Latest'],
        }),
      )
      .catch(() => undefined);
    const [version] = found?.LaunchTemplateVersions ?? [];
    // That it is not there is for EKS to say.
    if (version === undefined) return undefined;
    const {
      TagSpecifications: tagged = [],
      KeyName: key,
      NetworkInterfaces: interfaces = [],
    } = version.LaunchTemplateData ?? {};
    const template = arn(`launch-template/${version.LaunchTemplateId ?? ''}`);
    const run = (resource: string, isOfTemplate: boolean): Authorization => ({
      action: 'ec2:RunInstances',
      resource,
      context: {
        values: {
          'ec2:launchtemplate': [template],
          'ec2:islaunchtemplateresource': [String(isOfTemplate)],
        },
        known: ['ec2:launchtemplate', 'ec2:islaunchtemplateresource', 'aws:requesttag/'],
      },
    });
    const groups = interfaces.flatMap(({ Groups: ids = [] }) => ids);
    const needs: Authorization[] = [
      ...[template, imageArn].map((resource) => run(resource, true)),
      ...['volume', 'network-interface'].map((kind) => run(arn(`${kind}/${madeUp}`), true)),
      ...groups.map((id) => run(arn(`security-group/${id}`), true)),
      ...(key === undefined ? [] : [run(arn(`key-pair/${key}`), true)]),
      run(arn(`instance/${madeUp}`), false),
      ...subnets.map((id) => run(arn(`subnet/${id}`), false)),
      ...tagged.map(({ ResourceType: kind = 'instance' }) => ({
        action: 'ec2:CreateTags',
        resource: arn(`${kind}/${madeUp}`),
        context: {
          values: { 'ec2:createaction': ['RunInstances'] },
          known: ['ec2:createaction'],
        },
      })),
    ];
    const caller = header(http, callerHeader);
    for (const authorization of needs) {
      if (await permits(caller, authorization)) continue;
      return awsError(http, {
        status: 400,
        code: 'InvalidRequestException',
        message: `You are not authorized to launch instances with this launch template. Encoded authorization failure message: ${authorization.action} on ${authorization.resource ?? ''}`,
      });
    }
    return undefined;
  };
}
