import { withoutSessionCookie } from '../../../builds/kubeflow/overlay/session-ends-here';
import { passFilter, type Headers } from '../../support/gateway-filter';

const pass = (headers: Headers): [string, string][] => passFilter(withoutSessionCookie, headers).headers;

const cookieOf = (path: string, ...cookies: string[]): string[] =>
  pass([[':path', path], ...cookies.map((value) => ['cookie', value] as const)])
    .filter(([name]) => name === 'cookie')
    .map(([, value]) => value);

const notebook = '/notebook/team-a/theirs/lab?reset';
const session = 'oauth2_proxy_kubeflow_0=djIuLi4=; oauth2_proxy_kubeflow_1=abc==';

test.each([
  ['the session alone', notebook, [session], []],
  ['a session that fits one cookie', notebook, ['oauth2_proxy_kubeflow=djIuLi4='], []],
  ['what is left of logins', notebook, ['oauth2_proxy_kubeflow_csrf_3f2=x'], []],
  [
    'between others, which stay',
    notebook,
    [`_xsrf=2|a; ${session}; username-x="2|1:0"`],
    ['_xsrf=2|a; username-x="2|1:0"'],
  ],
  ['several headers', notebook, ['a=1', session, 'b=2'], ['a=1; b=2']],
  ['odd white space', notebook, [` ${session} ;;a=1 `], ['a=1']],
  ['none', notebook, [], []],
  ['the proxy itself, which ends the session', '/oauth2/sign_out?rd=x', [session], [session]],
  ['a path that only looks like the proxy', '/oauth2', [session], []],
])('a notebook of a colleague does not get the session: %s', (_, path, cookies, expected) => {
  expect(cookieOf(path, ...cookies)).toEqual(expected);
});

test('other headers stay as they are', () => {
  const others: Headers = [
    [':path', notebook],
    ['kubeflow-userid', 'alice@example.com'],
  ];
  expect(pass([...others, ['cookie', session]])).toEqual(others);
});
