import type { KubernetesObject } from '../../kubernetes/objects';
import { gatewayFilter } from './gateway-filter';
import { sessionCookie } from './proxy-configuration';

/**
 * Takes the session's cookies out of a request, in the Lua of Envoy's filter (LuaJIT, which is Lua 5.1). It runs last
 * before the router, so after the authorizer has read them. What goes to oauth2-proxy itself keeps them: it ends the
 * session at `/oauth2/sign_out`.
 */
export const withoutSessionCookie = `local prefix = ${JSON.stringify(sessionCookie)}

function envoy_on_request(request)
  local headers = request:headers()
  if string.sub(headers:get(":path") or "", 1, 8) == "/oauth2/" then
    return
  end
  local kept = {}
  for index = 0, headers:getNumValues("cookie") - 1 do
    for cookie in string.gmatch(headers:getAtIndex("cookie", index), "[^;]+") do
      local text = string.match(cookie, "^%s*(.-)%s*$")
      if text ~= "" and string.sub(text, 1, #prefix) ~= prefix then
        kept[#kept + 1] = text
      end
    end
  end
  headers:remove("cookie")
  if #kept > 0 then
    headers:add("cookie", table.concat(kept, "; "))
  end
end
`;

/**
 * The gateway keeps the session to itself. Behind it stand notebooks and models, in which the members of a namespace run
 * what they like: with the cookie of a colleague who opens one of them they would be that colleague, in every
 * namespace. The cookie also carries three tokens, some 6 KB with few groups and 11 KB with many, and the web
 * applications' server refuses a header of more than 8,190 bytes (gunicorn, `limit_request_field_size`).
 */
export function sessionEndsHere(): KubernetesObject {
  return gatewayFilter('session-ends-here', withoutSessionCookie);
}
