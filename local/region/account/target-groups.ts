import {
  CreateListenerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeleteRuleCommand,
  DeleteTargetGroupCommand,
  DescribeListenersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  type Action,
  type Tag,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type {
  ControllerSettings,
  Ingress,
  IngressBackend,
} from '../../kubernetes/stand-ins/load-balancer-controller';
import type { RegionClients } from './clients';

/** Of an Ingress without a group. */
export const stackTag = 'ingress.k8s.aws/stack';
export const clusterTag = 'elbv2.k8s.aws/cluster';
const annotationOf = (ingress: Ingress, key: string): string | undefined =>
  ingress.metadata.annotations?.[`alb.ingress.kubernetes.io/${key}`];

/** Name of an Ingress in the controller's tags, and of its stack. */
export const stackOf = ({ metadata }: Ingress): string => `${metadata.namespace ?? ''}/${metadata.name}`;

/**
 * The controller's own naming (v3.5, `pkg/ingress/model_build_target_group.go`): what a group cannot be changed in is in its
 * digest, so that another group is made for it.
 */
function targetGroupName(clusterName: string, ingress: Ingress, backend: IngressBackend): string {
  const { metadata } = ingress;
  const digest = createHash('sha256');
  for (const part of [
    ...[clusterName, stackOf(ingress), metadata.namespace, metadata.name, backend.uid, backend.port],
    ...[String(backend.targetPort), annotationOf(ingress, 'target-type') ?? 'instance', 'HTTP', 'HTTP1'],
  ])
    digest.update(part ?? '');
  const short = (text = ''): string => text.replace(/[^a-zA-Z0-9]/g, '').slice(0, 8);
  return `k8s-${short(metadata.namespace)}-${short(backend.name)}-${digest.digest('hex').slice(0, 10)}`;
}

/**
 * Makes what the load balancer of an Ingress hands requests to: a target group for each Service behind it, the listeners, and their
 * rules, with the controller's names and tags; groups of the Ingress that it needs no more go. Nothing is registered in a group:
 * requests take the region's own way.
 *
 * The listeners have no certificate here. The region's load balancer presents the one that the Ingress names, and moto would
 * hold a certificate in use beyond its listener.
 */
export async function keepTargetGroups(
  clients: RegionClients,
  { clusterName, vpcId, defaultTags }: ControllerSettings,
  ingress: Ingress,
  backends: readonly IngressBackend[],
  balancer: string,
): Promise<void> {
  const { elb } = clients;
  const groups = new Map<IngressBackend, string>();
  for (const backend of backends) {
    const Name = targetGroupName(clusterName, ingress, backend);
    const present = await findGroup(clients, Name);
    const tags = {
      ...defaultTags,
      [clusterTag]: clusterName,
      [stackTag]: stackOf(ingress),
      'ingress.k8s.aws/resource': `${stackOf(ingress)}-${backend.name}:${backend.port}`,
    };
    const { TargetGroups: [made] = [] } =
      present === undefined
        ? await elb.send(
            new CreateTargetGroupCommand({
              ...{ Name, VpcId: vpcId, Protocol: 'HTTP', Port: backend.targetPort },
              TargetType: annotationOf(ingress, 'target-type') === 'ip' ? 'ip' : 'instance',
              HealthCheckPath: annotationOf(ingress, 'healthcheck-path') ?? '/',
              HealthCheckPort: annotationOf(ingress, 'healthcheck-port') ?? 'traffic-port',
              Tags: Object.entries(tags).map(([Key, Value]): Tag => ({ Key, Value })),
            }),
          )
        : {};
    groups.set(backend, present ?? made?.TargetGroupArn ?? '');
  }
  await keepListeners(clients, ingress, groups, balancer);
  await removeTargetGroups(clients, clusterName, ingress, new Set(groups.values()));
}

async function keepListeners(
  { elb }: RegionClients,
  ingress: Ingress,
  groups: ReadonlyMap<IngressBackend, string>,
  balancer: string,
): Promise<void> {
  const { Listeners: present = [] } = await elb.send(
    new DescribeListenersCommand({ LoadBalancerArn: balancer }),
  );
  const redirect = Number(annotationOf(ingress, 'ssl-redirect') ?? 0);
  for (const [protocol, port] of portsOf(ingress)) {
    // To that port the others send; requests are handed on by it alone (the controller's annotations guide, ssl-redirect).
    const isRedirected = redirect !== 0 && port !== redirect;
    const other: Action = isRedirected
      ? {
          Type: 'redirect',
          RedirectConfig: { Protocol: 'HTTPS', Port: String(redirect), StatusCode: 'HTTP_301' },
        }
      : { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404', ContentType: 'text/plain' } };
    const found = present.find(({ Port }) => Port === port);
    const { Listeners: [made] = [] } =
      found === undefined
        ? await elb.send(
            new CreateListenerCommand({
              ...{ LoadBalancerArn: balancer, Port: port, DefaultActions: [other] },
              Protocol: protocol === 'HTTPS' ? 'HTTPS' : 'HTTP',
            }),
          )
        : { Listeners: [found] };
    const wanted = isRedirected
      ? []
      : [...groups].map(([{ host, path }, group]) => ({ host: host ?? '', path: path ?? '', group }));
    await keepRules(elb, made?.ListenerArn ?? '', wanted);
  }
}

async function keepRules(
  elb: RegionClients['elb'],
  listener: string,
  wanted: readonly { host: string; path: string; group: string }[],
): Promise<void> {
  const { Rules: rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn: listener }));
  const own = rules.filter(({ IsDefault }) => IsDefault !== true);
  const present = own.map(({ Conditions = [], Actions: [action] = [] }) => {
    const valueOf = (field: string): string =>
      Conditions.find(({ Field }) => Field === field)?.Values?.[0] ?? '';
    return { host: valueOf('host-header'), path: valueOf('path-pattern'), group: action?.TargetGroupArn };
  });
  if (isDeepStrictEqual(present, wanted)) return;
  for (const { RuleArn } of own) await elb.send(new DeleteRuleCommand({ RuleArn }));
  for (const [index, { host, path, group }] of wanted.entries())
    await elb.send(
      new CreateRuleCommand({
        ListenerArn: listener,
        Priority: index + 1,
        Conditions: [
          ...(host === '' ? [] : [{ Field: 'host-header', Values: [host] }]),
          ...(path === '' ? [] : [{ Field: 'path-pattern', Values: [path] }]),
        ],
        Actions: [{ Type: 'forward', TargetGroupArn: group }],
      }),
    );
}

/** By default port 443 with a certificate, and 80 without one (annotations guide, listen-ports). */
function portsOf(ingress: Ingress): [protocol: string, port: number][] {
  const named = annotationOf(ingress, 'listen-ports');
  const usual = annotationOf(ingress, 'certificate-arn') === undefined ? { HTTP: 80 } : { HTTPS: 443 };
  const ports = named === undefined ? [usual] : (JSON.parse(named) as Record<string, number>[]);
  return ports.flatMap((port) => Object.entries(port));
}

async function findGroup({ elb }: RegionClients, name: string): Promise<string | undefined> {
  const { TargetGroups: all = [] } = await elb.send(new DescribeTargetGroupsCommand({}));
  return all.find(({ TargetGroupName }) => TargetGroupName === name)?.TargetGroupArn;
}

/** Deletes the target groups of an Ingress, which no listener may use any more. */
export async function removeTargetGroups(
  { elb }: RegionClients,
  clusterName: string,
  ingress: Ingress,
  keep: ReadonlySet<string> = new Set(),
): Promise<void> {
  const { TargetGroups: all = [] } = await elb.send(new DescribeTargetGroupsCommand({}));
  for (const { TargetGroupArn: arn = '' } of all) {
    if (keep.has(arn)) continue;
    const { TagDescriptions: [described] = [] } = await elb.send(
      new DescribeTagsCommand({ ResourceArns: [arn] }),
    );
    const tags = new Map((described?.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
    if (tags.get(clusterTag) === clusterName && tags.get(stackTag) === stackOf(ingress))
      await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: arn }));
  }
}
