/** Keycloak's admin REST API, as its first administrator. */
export class AdminApi {
  constructor(
    private readonly origin: string,
    private readonly password: string,
  ) {}

  /** @param path below `/admin/realms` */
  async get<T>(path: string): Promise<T> {
    return (await (await this.send('GET', path)).json()) as T;
  }

  async post(path: string, body: object): Promise<void> {
    await this.send('POST', path, body);
  }

  /** @throws Error for an answer that is none of success, with what it says */
  async send(method: string, path: string, body?: object): Promise<Response> {
    const response = await fetch(`${this.origin}/admin/realms${path}`, {
      method,
      headers: { authorization: `Bearer ${await this.token()}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok)
      throw new Error(`Keycloak answered ${response.status} to ${method} ${path}: ${await response.text()}`);
    return response;
  }

  /** For each request: one lives for a minute. */
  private async token(): Promise<string> {
    const response = await fetch(`${this.origin}/realms/master/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'password',
        client_id: 'admin-cli',
        username: 'admin',
        password: this.password,
      }),
    });
    const { access_token: token } = (await response.json()) as { access_token?: string };
    if (token === undefined) throw new Error(`Keycloak's administrator cannot log in: ${response.status}`);
    return token;
  }
}
