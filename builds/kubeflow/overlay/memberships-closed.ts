import type { KubernetesObject } from '../../kubernetes/objects';
import { gatewayFilter } from './gateway-filter';

/**
 * Refuses the paths at which the dashboard tells every user all namespaces with their owners, and anybody's contributors
 * (v2.0, `app/api.ts` and `app/api_workgroup.ts`): they ask for a login and for nothing else. Its router does not tell
 * upper from lower case and takes a slash at the end, which a rule of Istio would have to list.
 */
export const withoutMemberships = `local closed = {
  ["/api/namespaces"] = true,
  ["/api/workgroup/get-all-namespaces"] = true,
  ["/api/workgroup/get-contributors"] = true,
}

function envoy_on_request(request)
  local path = string.match(request:headers():get(":path") or "", "^[^?#]*")
  path = string.gsub(path, "%%(%x%x)", function(code) return string.char(tonumber(code, 16)) end)
  path = string.gsub(string.lower(path), "/+", "/")
  path = string.gsub(path, "/$", "")
  if closed[path] or closed[string.match(path, "^(.*)/[^/]*$") or ""] then
    request:respond(
      { [":status"] = "403", ["content-type"] = "application/json" },
      '{"error": "who is in which namespace is not shown here (kubeflow.membership_listing)"}'
    )
  end
end
`;

/** The dashboard is reached through the gateway alone, so what is refused there is refused. */
export function membershipsClosed(): KubernetesObject {
  return gatewayFilter('memberships-closed', withoutMemberships);
}
