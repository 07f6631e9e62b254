import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { everybodyGroup } from '../../core/access/everybody';
import type { Person } from '../adfs';
import { startChild } from '../processes/child';
import { freePort, loopback } from '../processes/free-port';
import { waitWhileRunning } from '../processes/wait-while-running';
import { AdminApi } from './admin-api';
import { documentedClient, emptyRealm, type ServiceProviderTrust } from './keycloak-realm';

export interface KeycloakOptions {
  /** {@link ensureKeycloak} */
  home: string;
  /** The name under which browsers and Cognito come. */
  host: string;
  onLine: (line: string) => void;
}

const realm = 'acme';
/** Of everybody in the directory: nobody but the tests is there. */
const password = 'local';

/** A directory that nobody here wrote. */
export interface Keycloak {
  /** Where Cognito reads the metadata. */
  readonly metadataUrl: string;
  /** Answers at its host name. */
  answer(request: Request): Promise<Response>;
  /** What an administrator does for a user pool. */
  trust(party: ServiceProviderTrust): Promise<void>;
  /** Adds a person, or changes e-mail and groups of one. */
  put(person: Person): Promise<void>;
  stop(): Promise<void>;
}

/** What is typed into its login page. */
export function keycloakCredentials(account: string): Record<string, string> {
  return { username: userNameOf(account), password };
}

/** Keycloak's user names have no backslash. */
function userNameOf(account: string): string {
  return account.replace(/^.*\\/, '').toLowerCase();
}

/** Starts Keycloak on loopback, with its data in memory: a minute, some more the first time. */
export async function startKeycloak({ home, host, onLine }: KeycloakOptions): Promise<Keycloak> {
  const port = await freePort();
  const management = await freePort();
  const origin = `http://${loopback}:${port}`;
  const secret = randomBytes(24).toString('hex');
  const child = startChild({
    name: 'Keycloak',
    command: 'sh',
    cwd: home,
    args: [
      join(home, 'bin', 'kc.sh'),
      'start-dev',
      `--http-host=${loopback}`,
      `--http-port=${port}`,
      `--http-management-port=${management}`,
      `--hostname=https://${host}`,
      '--proxy-headers=xforwarded',
      '--db=dev-mem',
      '--cache=local',
    ],
    env: {
      ...process.env,
      KC_BOOTSTRAP_ADMIN_USERNAME: 'admin',
      KC_BOOTSTRAP_ADMIN_PASSWORD: secret,
      JAVA_OPTS_APPEND: '-Xmx512m',
    },
    onLine,
  });
  const stop = async (): Promise<void> => {
    await child.stop(10_000);
  };
  try {
    await waitWhileRunning(child, async () => (await fetch(`${origin}/realms/master`)).ok, {
      what: 'Keycloak to be ready',
      timeoutMs: 600_000,
      intervalMs: 500,
    });
    const admin = new AdminApi(origin, secret);
    await admin.post('', emptyRealm(realm));
    return {
      metadataUrl: `https://${host}/realms/${realm}/protocol/saml/descriptor`,
      answer: (request) => passOn(request, origin, host),
      trust: (party) => admin.post(`/${realm}/clients`, documentedClient(party)),
      put: (person) => putUser(admin, person),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** As the reverse proxy before it would. */
async function passOn(request: Request, origin: string, host: string): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const headers = new Headers(request.headers);
  for (const name of ['host', 'connection', 'accept-encoding', 'content-length']) headers.delete(name);
  headers.set('x-forwarded-host', host);
  headers.set('x-forwarded-proto', 'https');
  headers.set('x-forwarded-port', '443');
  const body = ['GET', 'HEAD'].includes(request.method) ? null : await request.arrayBuffer();
  const answer = await fetch(`${origin}${pathname}${search}`, {
    method: request.method,
    headers,
    body,
    redirect: 'manual',
  });
  return new Response(answer.body, { status: answer.status, headers: answer.headers });
}

interface Named {
  id: string;
  name: string;
}

async function putUser(admin: AdminApi, person: Person): Promise<void> {
  const username = userNameOf(person.account);
  const { email } = person;
  const find = async (): Promise<Named | undefined> =>
    (await admin.get<Named[]>(`/${realm}/users?exact=true&username=${encodeURIComponent(username)}`))[0];
  if ((await find()) === undefined)
    await admin.post(`/${realm}/users`, {
      username,
      email,
      emailVerified: true,
      enabled: true,
      firstName: username,
      lastName: 'of the directory',
      credentials: [{ type: 'password', value: password, temporary: false }],
    });
  const user = await find();
  if (user === undefined) throw new Error(`Keycloak has not made the user ${username}`);
  const wanted = new Set([...person.groups, everybodyGroup]);
  const known = await admin.get<Named[]>(`/${realm}/groups?max=1000`);
  for (const name of wanted)
    if (!known.some((group) => group.name === name)) await admin.post(`/${realm}/groups`, { name });
  const groups = await admin.get<Named[]>(`/${realm}/groups?max=1000`);
  const has = await admin.get<Named[]>(`/${realm}/users/${user.id}/groups?max=1000`);
  for (const { id, name } of has)
    if (!wanted.has(name)) await admin.send('DELETE', `/${realm}/users/${user.id}/groups/${id}`);
  for (const { id, name } of groups)
    if (wanted.has(name) && !has.some((group) => group.id === id))
      await admin.send('PUT', `/${realm}/users/${user.id}/groups/${id}`);
}
