import { lauxlib, lua, lualib, to_jsstring, to_luastring, type LuaState } from 'fengari';
import { withoutSessionCookie } from '../../../builds/kubeflow/overlay/session-ends-here';

type Headers = readonly (readonly [name: string, value: string])[];

/** Runs the filter over a request's headers, with what it asks of Envoy's header map (v3 Lua filter, "Header object API"). */
function pass(headers: Headers): [string, string][] {
  const all: [string, string][] = headers.map(([name, value]) => [name, value]);
  const state = lauxlib.luaL_newstate();
  lualib.luaL_openlibs(state);
  const text = (index: number): string => to_jsstring(lauxlib.luaL_checkstring(state, index));
  const valuesOf = (name: string): string[] => all.filter(([key]) => key === name).map(([, value]) => value);
  const answer = (value: string | undefined): number => {
    if (value === undefined) lua.lua_pushnil(state);
    else lua.lua_pushstring(state, to_luastring(value));
    return 1;
  };
  const methods: Record<string, (on: LuaState) => number> = {
    get: () => {
      const found = valuesOf(text(2));
      return answer(found.length === 0 ? undefined : found.join(','));
    },
    getNumValues: () => {
      lua.lua_pushinteger(state, valuesOf(text(2)).length);
      return 1;
    },
    getAtIndex: () => answer(valuesOf(text(2))[lauxlib.luaL_checkinteger(state, 3)]),
    remove: () => {
      const name = text(2);
      all.splice(0, all.length, ...all.filter(([key]) => key !== name));
      return 0;
    },
    add: () => {
      all.push([text(2), text(3)]);
      return 0;
    },
  };
  const push = (functions: Record<string, (on: LuaState) => number>): void => {
    lua.lua_newtable(state);
    for (const [name, method] of Object.entries(functions)) {
      lua.lua_pushcfunction(state, method);
      lua.lua_setfield(state, -2, to_luastring(name));
    }
  };
  expect(lauxlib.luaL_dostring(state, to_luastring(withoutSessionCookie))).toBe(0);
  lua.lua_getglobal(state, to_luastring('envoy_on_request'));
  push({
    headers: () => {
      push(methods);
      return 1;
    },
  });
  const status = lua.lua_pcall(state, 1, 0, 0);
  if (status !== 0) throw new Error(to_jsstring(lua.lua_tostring(state, -1)));
  return all;
}

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
