import type { Person } from './people';
import { escapeMarkup } from '../markup';

const style =
  'body{font:16px/1.5 "Segoe UI",system-ui,sans-serif;margin:0;display:grid;grid-template-columns:1fr 27rem;min-height:100vh}' +
  'aside{background:linear-gradient(140deg,#0b3c5d,#328cc1)}main{padding:14vh 3rem 2rem}h1{font-size:1.5rem;font-weight:400}' +
  'input,button{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;margin:.25rem 0;border:1px solid #aaa}' +
  'button{cursor:pointer;text-align:left;background:#fff}button.main{background:#2672ec;border-color:#2672ec;color:#fff;text-align:center}' +
  'button span{display:block;color:#555;font-size:.8rem}.error{color:#c00}footer{margin-top:2rem;color:#555;font-size:.85rem}';

function html(status: number, title: string, body: string, headers: Record<string, string> = {}): Response {
  const text =
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeMarkup(title)}</title>` +
    `<style>${style}</style></head><body><aside></aside><main>${body}` +
    `<footer>This page stands in for ADFS in the local region of kubeflow-eks. Nobody here has a password: ` +
    `choose whom to sign in.</footer></main></body></html>`;
  return new Response(text, {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', ...headers },
  });
}

/** The page on which somebody signs in; it is posted to the address at which it was asked for. */
export function signInPage(people: readonly Person[], problem?: string): Response {
  const choices = people.map(
    ({ account, email }) =>
      `<button name="choice" value="${escapeMarkup(account)}">${escapeMarkup(account)}<span>${escapeMarkup(email)}</span></button>`,
  );
  return html(
    200,
    'Sign In',
    `<h1>Sign in with your organizational account</h1>` +
      (problem === undefined ? '' : `<p class="error" id="errorText">${escapeMarkup(problem)}</p>`) +
      `<form method="post"><input name="UserName" placeholder="someone@example.com" autocomplete="username">` +
      `<button class="main">Sign in</button>${choices.join('')}</form>`,
  );
}

/** Posts the answer on to the service, as ADFS does: a form that sends itself. */
export function postPage(action: string, fields: Readonly<Record<string, string>>, cookie: string): Response {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escapeMarkup(value)}">`,
  );
  const text =
    `<!doctype html><html><head><title>Working...</title></head><body>` +
    `<form method="POST" name="hiddenform" action="${escapeMarkup(action)}">${inputs.join('')}` +
    `<noscript><p>Script is disabled. Click Submit to continue.</p><input type="submit" value="Submit"></noscript>` +
    `</form><script>document.forms[0].submit();</script></body></html>`;
  return new Response(text, {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'set-cookie': cookie,
    },
  });
}

/** What ADFS shows where it refuses: an activity and a number, and little else. */
export function refusedPage(reason: string): Response {
  return html(
    400,
    'Error',
    `<h1>An error occurred</h1><p>An error occurred. Contact your administrator for more information.</p>` +
      `<p class="error">${escapeMarkup(reason)}</p>`,
  );
}
