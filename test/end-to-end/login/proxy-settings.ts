import type { KubeObject } from '../../../local/kubernetes/kube-client';
import type { WayIn } from '../../support/way-in';

type ConfigMap = KubeObject & { data?: Record<string, string> };

const path = '/api/v1/namespaces/oauth2-proxy/configmaps';
const file = 'oauth2_proxy.cfg';

/** The configuration file of oauth2-proxy in the cluster: of its generations the one that the Deployment mounts. */
async function mountedFile({ cluster }: WayIn): Promise<{ name: string; text: string }> {
  const { spec } = await cluster.client.get<{
    spec: { template: { spec: { volumes?: { configMap?: { name: string } }[] } } };
  }>('/apis/apps/v1/namespaces/oauth2-proxy/deployments/oauth2-proxy');
  for (const { configMap } of spec.template.spec.volumes ?? []) {
    if (configMap === undefined) continue;
    const { data } = await cluster.client.get<ConfigMap>(`${path}/${configMap.name}`);
    if (data?.[file] !== undefined) return { name: configMap.name, text: data[file] };
  }
  throw new Error(`oauth2-proxy has no ${file}`);
}

/** What a setting of oauth2-proxy says, as it is written in its file. */
export async function proxySetting(wayIn: WayIn, name: string): Promise<string | undefined> {
  const { text } = await mountedFile(wayIn);
  return new RegExp(`^${name} = "?([^"\n]*)"?$`, 'm').exec(text)?.[1];
}

/** Runs something while oauth2-proxy has other settings, and puts those of before back. */
export async function withProxySettings(
  wayIn: WayIn,
  settings: Readonly<Record<string, string>>,
  work: () => Promise<void>,
): Promise<void> {
  const { name, text } = await mountedFile(wayIn);
  const write = async (changed: string): Promise<void> => {
    await wayIn.cluster.client.json({
      path: `${path}/${name}`,
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: { data: { [file]: changed } },
    });
    await wayIn.mesh.restartAuthorizer();
  };
  let changed = text;
  for (const [setting, value] of Object.entries(settings))
    changed = changed.replace(new RegExp(`^${setting} = .*$`, 'm'), `${setting} = ${JSON.stringify(value)}`);
  await write(changed);
  try {
    await work();
  } finally {
    await write(text);
  }
}
