import { defined } from '../../core/defined';
import { ingressBalancers, noWebAcl } from '../../core/load-balancer-annotations';
/** A statement of an IAM policy. */
export interface PolicyStatement {
  Sid: string;
  Effect: 'Allow';
  Action: string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

const clusterTag = 'elbv2.k8s.aws/cluster';

/** The statement that is there as soon as a web ACL was configured, and stays: see {@link loadBalancerPolicy}. */
const webAclStatement = 'TakeWebAclAway';

/** Whether a policy of {@link loadBalancerPolicy} lets the controller take a web ACL away. */
export function allowsWebAcl(document: unknown): boolean {
  const { Statement = [] } = (document ?? {}) as { Statement?: { Sid?: string }[] };
  return Statement.some(({ Sid }) => Sid === webAclStatement);
}

/**
 * What the AWS Load Balancer Controller may do: what one Application Load Balancer for one ingress with a certificate
 * takes, on resources that it has tagged with this cluster's name. Narrower than the policy that the project publishes
 * for version 3.5 (docs/install/iam_policy.json there): no Shield, Cognito, outposts or server certificates, which
 * nothing here asks the controller for, and WAF only where a web ACL is, or was, configured; and the cluster tag must name
 * this cluster, not just any.
 *
 * WAF asks for its own permission on load balancer and web ACL, and Elastic Load Balancing for one on the load balancer
 * (Service Authorization Reference, AWS WAF V2, and AWS' policy AmazonECSInfrastructureRoleForGatewayHostSharedALB). Those
 * are narrowed by the name that the controller gives: whether they know tags is not documented.
 *
 * @param accountId of the cluster
 * @param webAcl ARN of the web ACL; `none` where one was configured before, which the controller must be able to take away
 */
export function loadBalancerPolicy(options: {
  partition: string;
  region: string;
  accountId: string;
  clusterName: string;
  vpcId: string;
  webAcl?: string | undefined;
}): { Version: '2012-10-17'; Statement: PolicyStatement[] } {
  const { partition, region, accountId, clusterName, vpcId, webAcl } = options;
  const ec2 = (resource: string): string => `arn:${partition}:ec2:${region}:${accountId}:${resource}`;
  const elb = (resource: string): string =>
    `arn:${partition}:elasticloadbalancing:${region}:${accountId}:${resource}`;
  const requested = { StringEquals: { [`aws:RequestTag/${clusterTag}`]: clusterName } };
  const owned = { StringEquals: { [`aws:ResourceTag/${clusterTag}`]: clusterName } };
  const balancers = [elb('loadbalancer/app/*'), elb('targetgroup/*')];
  const listeners = [elb('listener/app/*'), elb('listener-rule/app/*')];
  const statement = (
    Sid: string,
    Action: string[],
    Resource: string | string[],
    Condition?: PolicyStatement['Condition'],
  ): PolicyStatement => ({
    Sid,
    Effect: 'Allow',
    Action,
    Resource,
    ...defined({ Condition }),
  });
  return {
    Version: '2012-10-17',
    Statement: [
      // These actions know no resources.
      statement(
        'Look',
        [
          'acm:DescribeCertificate',
          'acm:ListCertificates',
          'ec2:DescribeAccountAttributes',
          'ec2:DescribeAddresses',
          'ec2:DescribeAvailabilityZones',
          'ec2:DescribeInstances',
          'ec2:DescribeInternetGateways',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeRouteTables',
          'ec2:DescribeSecurityGroups',
          'ec2:DescribeSubnets',
          'ec2:DescribeTags',
          'ec2:DescribeVpcPeeringConnections',
          'ec2:DescribeVpcs',
          'ec2:GetSecurityGroupsForVpc',
          'elasticloadbalancing:DescribeCapacityReservation',
          'elasticloadbalancing:DescribeListenerAttributes',
          'elasticloadbalancing:DescribeListenerCertificates',
          'elasticloadbalancing:DescribeListeners',
          'elasticloadbalancing:DescribeLoadBalancerAttributes',
          'elasticloadbalancing:DescribeLoadBalancers',
          'elasticloadbalancing:DescribeRules',
          'elasticloadbalancing:DescribeSSLPolicies',
          'elasticloadbalancing:DescribeTags',
          'elasticloadbalancing:DescribeTargetGroupAttributes',
          'elasticloadbalancing:DescribeTargetGroups',
          'elasticloadbalancing:DescribeTargetHealth',
          'elasticloadbalancing:DescribeTrustStores',
        ],
        '*',
      ),
      statement(
        'ServiceRole',
        ['iam:CreateServiceLinkedRole'],
        `arn:${partition}:iam::${accountId}:role/aws-service-role/elasticloadbalancing.amazonaws.com/*`,
        { StringEquals: { 'iam:AWSServiceName': 'elasticloadbalancing.amazonaws.com' } },
      ),
      statement('CreateSecurityGroupInVpc', ['ec2:CreateSecurityGroup'], ec2(`vpc/${vpcId}`)),
      statement('CreateSecurityGroup', ['ec2:CreateSecurityGroup'], ec2('security-group/*'), requested),
      statement('TagNewSecurityGroup', ['ec2:CreateTags'], ec2('security-group/*'), {
        StringEquals: { 'ec2:CreateAction': 'CreateSecurityGroup', ...requested.StringEquals },
      }),
      statement('RetagSecurityGroup', ['ec2:CreateTags', 'ec2:DeleteTags'], ec2('security-group/*'), owned),
      statement(
        'ChangeSecurityGroup',
        ['ec2:AuthorizeSecurityGroupIngress', 'ec2:DeleteSecurityGroup', 'ec2:RevokeSecurityGroupIngress'],
        ec2('security-group/*'),
        owned,
      ),
      // The nodes' security group must let the load balancer in. EKS tags it with the cluster's name.
      statement(
        'OpenNodes',
        ['ec2:AuthorizeSecurityGroupIngress', 'ec2:RevokeSecurityGroupIngress'],
        ec2('security-group/*'),
        { StringEquals: { [`aws:ResourceTag/kubernetes.io/cluster/${clusterName}`]: 'owned' } },
      ),
      statement(
        'Create',
        ['elasticloadbalancing:CreateLoadBalancer', 'elasticloadbalancing:CreateTargetGroup'],
        balancers,
        requested,
      ),
      statement('TagNew', ['elasticloadbalancing:AddTags'], balancers, {
        StringEquals: {
          'elasticloadbalancing:CreateAction': ['CreateLoadBalancer', 'CreateTargetGroup'],
          ...requested.StringEquals,
        },
      }),
      statement(
        'Retag',
        ['elasticloadbalancing:AddTags', 'elasticloadbalancing:RemoveTags'],
        balancers,
        owned,
      ),
      statement(
        'TagListeners',
        ['elasticloadbalancing:AddTags', 'elasticloadbalancing:RemoveTags'],
        listeners,
      ),
      statement(
        'Change',
        [
          'elasticloadbalancing:CreateListener',
          'elasticloadbalancing:DeleteLoadBalancer',
          'elasticloadbalancing:DeleteTargetGroup',
          'elasticloadbalancing:DeregisterTargets',
          'elasticloadbalancing:ModifyLoadBalancerAttributes',
          'elasticloadbalancing:ModifyTargetGroup',
          'elasticloadbalancing:ModifyTargetGroupAttributes',
          'elasticloadbalancing:RegisterTargets',
          'elasticloadbalancing:SetIpAddressType',
          'elasticloadbalancing:SetSecurityGroups',
          'elasticloadbalancing:SetSubnets',
        ],
        balancers,
        owned,
      ),
      statement(
        'ChangeListeners',
        [
          'elasticloadbalancing:AddListenerCertificates',
          'elasticloadbalancing:CreateRule',
          'elasticloadbalancing:DeleteListener',
          'elasticloadbalancing:DeleteRule',
          'elasticloadbalancing:ModifyListener',
          'elasticloadbalancing:ModifyListenerAttributes',
          'elasticloadbalancing:ModifyRule',
          'elasticloadbalancing:RemoveListenerCertificates',
          'elasticloadbalancing:SetRulePriorities',
        ],
        listeners,
        owned,
      ),
      ...(webAcl === undefined ? [] : webAclStatements()),
    ],
  };

  function webAclStatements(): PolicyStatement[] {
    const balancer = elb(ingressBalancers);
    // Whichever the load balancer has: it may be that of an earlier configuration.
    const anyAcl = `arn:${partition}:wafv2:${region}:${accountId}:regional/webacl/*`;
    return [
      statement(
        webAclStatement,
        ['wafv2:DisassociateWebACL', 'wafv2:GetWebACL', 'wafv2:GetWebACLForResource'],
        [anyAcl, balancer],
      ),
      statement(
        'TakeWebAclFromLoadBalancer',
        [
          'elasticloadbalancing:DeleteWebACLAssociation',
          'elasticloadbalancing:GetLoadBalancerWebACL',
          'elasticloadbalancing:SetWebACL',
        ],
        balancer,
      ),
      ...(webAcl === noWebAcl || webAcl === undefined
        ? []
        : [
            statement('AssociateWebAcl', ['wafv2:AssociateWebACL'], [webAcl, balancer]),
            statement('GiveWebAclToLoadBalancer', ['elasticloadbalancing:CreateWebACLAssociation'], balancer),
          ]),
    ];
  }
}
