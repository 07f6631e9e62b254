import { lauxlib, lua, lualib, to_jsstring, to_luastring, type LuaState } from 'fengari';
import { defined } from '../../core/defined';

export type Headers = readonly (readonly [name: string, value: string])[];

/** What became of a request: the headers that go on, or the status that it is refused with. */
export interface Passed {
  headers: [string, string][];
  refused?: string;
}

/**
 * Runs a filter over a request's headers, with what it asks of Envoy (v3 Lua filter, "Header object API" and
 * `handle:respond`).
 */
export function passFilter(code: string, headers: Headers): Passed {
  const all: [string, string][] = headers.map(([name, value]) => [name, value]);
  let refused: string | undefined;
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
    replace: () => {
      const name = text(2);
      all.splice(0, all.length, ...all.filter(([key]) => key !== name), [name, text(3)]);
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
  if (lauxlib.luaL_dostring(state, to_luastring(code)) !== 0)
    throw new Error(to_jsstring(lua.lua_tostring(state, -1)));
  lua.lua_getglobal(state, to_luastring('envoy_on_request'));
  push({
    headers: () => {
      push(methods);
      return 1;
    },
    respond: () => {
      lua.lua_getfield(state, 2, to_luastring(':status'));
      refused = to_jsstring(lauxlib.luaL_checkstring(state, -1));
      return 0;
    },
  });
  const status = lua.lua_pcall(state, 1, 0, 0);
  if (status !== 0) throw new Error(to_jsstring(lua.lua_tostring(state, -1)));
  return { headers: all, ...defined({ refused }) };
}
