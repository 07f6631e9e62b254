import type { KubeClient, KubeObject } from '../../kubernetes/kube-client';

interface Container {
  name: string;
  args?: string[];
  env?: { name: string; value?: string; valueFrom?: { secretKeyRef?: { name: string; key: string } } }[];
}

interface Deployment extends KubeObject {
  spec: {
    template: { spec: { containers: Container[]; volumes?: { configMap?: { name: string } }[] } };
  };
}

const proxyNamespace = 'oauth2-proxy';

/** By name; lists as they stand in the file. */
type Settings = ReadonlyMap<string, string>;

/** The settings of a configuration file (TOML, each on a line of its own); strings without their quotes. */
export function parseSettings(file: string): Map<string, string> {
  return new Map(
    [...file.matchAll(/^[ \t]*(\w+)[ \t]*=[ \t]*(?:"([^"\n]*)"|(\S.*?))[ \t]*$/gm)].map(
      ([, name = '', text, other = '']) => [name, text ?? other],
    ),
  );
}

/** Seconds of a duration such as `45m`, as Go writes it. */
function seconds(duration: string): number {
  const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };
  return [...duration.matchAll(/(\d+)([hms])/g)].reduce(
    (sum, [, count, unit = 's']) => sum + Number(count) * (units[unit] ?? 0),
    0,
  );
}

/**
 * Why oauth2-proxy 7.15 would not start with these settings (its `pkg/validation`: cookie.go, options.go, provider.go);
 * nothing where it would.
 */
export function startProblem(settings: Settings): string | undefined {
  const key = settings.get('cookie_secret') ?? '';
  const keyBytes = [Buffer.from(key, 'base64url').length, Buffer.from(key).length];
  if (!keyBytes.some((length) => [16, 24, 32].includes(length)))
    return 'cookie_secret must be 16, 24, or 32 bytes to create an AES cipher';
  if (seconds(settings.get('cookie_refresh') ?? '0s') >= seconds(settings.get('cookie_expire') ?? '168h'))
    return 'cookie_refresh must be less than cookie_expire';
  if (!['', 'lax', 'strict', 'none'].includes(settings.get('cookie_samesite') ?? ''))
    return "cookie_samesite must be one of ['', 'lax', 'strict', 'none']";
  if ((settings.get('email_domains') ?? '[]') === '[]') return 'missing setting for email validation';
  for (const name of ['client_id', 'client_secret'])
    if ((settings.get(name) ?? '') === '') return `missing setting: ${name}`;
  if (settings.get('skip_oidc_discovery') !== 'true') return undefined;
  const missing = ['login_url', 'redeem_url', 'oidc_jwks_url'].find((name) => !settings.has(name));
  return missing === undefined ? undefined : `missing setting: ${missing}, with skip_oidc_discovery`;
}

/**
 * The settings of oauth2-proxy, by their names in its configuration file; the environment goes before the file.
 *
 * @returns nothing where it is not installed
 */
export async function findSettings(client: KubeClient): Promise<Settings | undefined> {
  const deployment = await client.find<Deployment>(
    `/apis/apps/v1/namespaces/${proxyNamespace}/deployments/oauth2-proxy`,
  );
  if (deployment === undefined) return undefined;
  const { containers, volumes = [] } = deployment.spec.template.spec;
  const settings = new Map<string, string>();
  for (const { configMap } of volumes) {
    if (configMap === undefined) continue;
    const found = await client.find<KubeObject & { data?: Record<string, string> }>(
      `/api/v1/namespaces/${proxyNamespace}/configmaps/${configMap.name}`,
    );
    for (const text of Object.values(found?.data ?? {}))
      for (const [name, value] of parseSettings(text)) settings.set(name, value);
  }
  for (const { name, value, valueFrom } of containers.flatMap(({ env = [] }) => env)) {
    const setting = /^OAUTH2_PROXY_(\w+)$/.exec(name)?.[1]?.toLowerCase();
    if (setting === undefined) continue;
    const resolved = value ?? (await secretValue(client, valueFrom?.secretKeyRef));
    if (resolved !== undefined) settings.set(setting, resolved);
  }
  for (const [, name = '', value = ''] of containers
    .flatMap(({ args = [] }) => args)
    .flatMap((argument) => [...argument.matchAll(/^--([\w-]+)=(.*)$/g)])) {
    settings.set(name.replaceAll('-', '_'), value);
  }
  return settings;
}

async function secretValue(
  client: KubeClient,
  reference: { name: string; key: string } | undefined,
): Promise<string | undefined> {
  if (reference === undefined) return undefined;
  const secret = await client.find<KubeObject & { data?: Record<string, string> }>(
    `/api/v1/namespaces/${proxyNamespace}/secrets/${reference.name}`,
  );
  const encoded = secret?.data?.[reference.key];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
}
