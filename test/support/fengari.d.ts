/** What of Fengari (Lua 5.3 in JavaScript, https://fengari.io) the tests use; it brings no types. */
declare module 'fengari' {
  export interface LuaState {
    readonly kind: unique symbol;
  }
  type LuaString = Uint8Array;
  export const to_luastring: (text: string) => LuaString;
  export const to_jsstring: (text: LuaString) => string;
  export const lualib: { luaL_openlibs: (state: LuaState) => void };
  export const lauxlib: {
    luaL_newstate: () => LuaState;
    /** 0 where it succeeded. */
    luaL_dostring: (state: LuaState, code: LuaString) => number;
    luaL_checkstring: (state: LuaState, index: number) => LuaString;
    luaL_checkinteger: (state: LuaState, index: number) => number;
  };
  export const lua: {
    lua_newtable: (state: LuaState) => void;
    lua_pushnil: (state: LuaState) => void;
    lua_pushstring: (state: LuaState, text: LuaString) => void;
    lua_pushinteger: (state: LuaState, value: number) => void;
    lua_pushcfunction: (state: LuaState, method: (state: LuaState) => number) => void;
    lua_setfield: (state: LuaState, index: number, name: LuaString) => void;
    lua_getfield: (state: LuaState, index: number, name: LuaString) => void;
    lua_getglobal: (state: LuaState, name: LuaString) => void;
    lua_pcall: (state: LuaState, args: number, results: number, handler: number) => number;
    lua_tostring: (state: LuaState, index: number) => LuaString;
  };
}
