import { CookieJar } from 'tough-cookie';
import { defined } from '../../core/defined';

/** Sends one request and follows nothing. */
export type Send = (request: Request) => Promise<Response>;

/** A page at which a visitor has come to rest. */
export interface Page {
  url: URL;
  status: number;
  headers: Headers;
  text: string;
  /** Addresses on the way, without their queries, first to last. */
  trail: string[];
}

export interface VisitOptions {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** Whether redirects and forms that send themselves are followed; so it is by default. */
  follow?: boolean;
  /** Beginning of the addresses that are not asked any more: the visit ends with the redirect to one. */
  until?: string;
}

const mostHops = 20;

/**
 * A browser without a screen: keeps cookies as browsers do, follows redirects, and sends the forms that a script would
 * send. One visitor is one person at one browser.
 */
export class Visitor {
  readonly jar = new CookieJar();

  constructor(private readonly send: Send) {}

  /** @throws Error for a circle of redirects */
  async visit(address: string | URL, options: VisitOptions = {}): Promise<Page> {
    const trail: string[] = [];
    let url = new URL(address);
    const { headers } = options;
    let { method = 'GET', body } = options;
    for (let hop = 0; hop < mostHops; hop += 1) {
      trail.push(`${url.origin}${url.pathname}`);
      const response = await this.request(url, { method, ...defined({ headers, body }) });
      const text = await response.text();
      const next = options.follow === false ? undefined : nextStep(response, text, url);
      if (next === undefined) return { url, status: response.status, headers: response.headers, text, trail };
      if (options.until !== undefined && next.url.href.startsWith(options.until))
        return { url: next.url, status: response.status, headers: response.headers, text, trail };
      ({ url, method, body } = next);
    }
    throw new Error(`more than ${mostHops} steps: ${trail.join(' → ')}`);
  }

  /** Sends the form of a page, with what has been filled in. */
  async submit(
    page: Page,
    fields: Readonly<Record<string, string>>,
    { until }: Pick<VisitOptions, 'until'> = {},
  ): Promise<Page> {
    const action = /<form[^>]*\saction="([^"]*)"/.exec(page.text)?.[1];
    const target = action === undefined ? page.url : new URL(unescapeHtml(action), page.url);
    const body = new URLSearchParams(fields).toString();
    return this.visit(target, { method: 'POST', body, ...defined({ until }) });
  }

  /** One request with the visitor's cookies; those of the answer are kept. */
  private async request(url: URL, { method = 'GET', headers, body }: VisitOptions): Promise<Response> {
    const sent = new Headers({
      accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
      ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
    });
    const cookies = await this.jar.getCookieString(url.href);
    if (cookies !== '') sent.append('cookie', cookies);
    const response = await this.send(new Request(url, { method, headers: sent, ...defined({ body }) }));
    for (const cookie of response.headers.getSetCookie()) await this.jar.setCookie(cookie, url.href);
    return response;
  }
}

/** Where a browser goes on by itself. */
function nextStep(
  response: Response,
  text: string,
  from: URL,
): { url: URL; method: string; body: string | undefined } | undefined {
  const location = response.headers.get('location');
  if (response.status >= 300 && response.status < 400 && location !== null)
    return { url: new URL(location, from), method: 'GET', body: undefined };
  // ADFS' and Keycloak's.
  const form =
    /<form\b[^>]*name="(?:hiddenform|saml-post-binding)"[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/.exec(
      text,
    );
  if (form === null) return undefined;
  const [, action = '', inner = ''] = form;
  const fields = [...inner.matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(
    ([, name = '', value = '']): [string, string] => [name, unescapeHtml(value)],
  );
  const body = new URLSearchParams(fields).toString();
  return { url: new URL(unescapeHtml(action), from), method: 'POST', body };
}

function unescapeHtml(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
