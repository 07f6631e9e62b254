import { escapeMarkup } from '../markup';

const style =
  'body{font:16px/1.5 system-ui,sans-serif;margin:0;background:#f2f3f3;color:#16191f}main{max-width:26rem;margin:12vh auto 2rem;' +
  'background:#fff;border:1px solid #d5dbdb;border-radius:8px;padding:2rem}h1{font-size:1.25rem;margin:0 0 1rem}' +
  'footer{max-width:30rem;margin:0 auto;text-align:center;color:#545b64;font-size:.85rem}a.provider{display:block;' +
  'padding:.6rem;text-align:center;border-radius:4px;background:#0073bb;color:#fff;text-decoration:none;margin:.5rem 0}';

/** A page of the hosted login. What stands in says so. */
export function page(status: number, title: string, body: string): Response {
  const html =
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeMarkup(title)}</title>` +
    `<style>${style}</style></head><body><main><h1>${escapeMarkup(title)}</h1>${body}</main>` +
    `<footer>This page stands in for Amazon Cognito in the local region of kubeflow-eks.</footer></body></html>`;
  return new Response(html, {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  });
}

/** What `/error` shows: the words of the query and nothing else. */
export function errorPage(error: string): Response {
  return page(400, 'An error was encountered with the requested page.', `<p>${escapeMarkup(error)}</p>`);
}

export function redirect(location: string | URL, headers: Record<string, string> = {}): Response {
  return new Response(undefined, { status: 302, headers: { location: String(location), ...headers } });
}

export function json(status: number, body: object): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8', 'cache-control': 'no-store' },
  });
}
