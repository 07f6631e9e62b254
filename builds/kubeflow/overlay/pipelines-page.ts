import type { KubernetesObject } from '../../kubernetes/objects';
import { gatewayFilter } from './gateway-filter';

/**
 * Bounds what the page of Pipelines is asked to fetch. Its server (kubeflow/pipelines 2.16.1, `frontend/server`) asks nobody
 * who may have it:
 *
 * - `providerInfo` of a request for an artifact names any Secret of any namespace, and the address to which a value of it is sent
 *   (`minio-helper.ts`); `namespace` becomes part of an address (`handlers/artifacts.ts`). So only what a store
 *   needs goes on, and a namespace is a name.
 * - Below `_proxy/`, or with that in the referer, any address is fetched with the page's place in the mesh (`proxy-middleware.ts`).
 *   What Pipelines uses it for goes on: TensorBoards, whose namespace judges who asks.
 *
 * The authorizer's router has led a browser to the address with one slash (oauth2-proxy 7.15, `pkg/upstream/proxy.go`).
 *
 * Express reads names of parameters decoded and in brackets, and paths in any case; what is not written plainly is left out.
 */
export const pipelinesPageBounds = `local passed = { source = true, bucket = true, key = true, peek = true, namespace = true }
local viewer = "^https?://?viewer%-%x+%-service%.[a-z0-9%-]+%.svc%.[a-z0-9%-%.]+:80/tensorboard/"

local function decoded(text)
  return (string.gsub(text, "%%(%x%x)", function(code) return string.char(tonumber(code, 16)) end))
end

local function refuse(request, why)
  request:respond({ [":status"] = "403", ["content-type"] = "text/plain" }, why)
end

local function leads_to_viewers(text)
  local from = 1
  while true do
    local _, last = string.find(text, "_proxy/", from, true)
    if last == nil then
      return true
    end
    if string.match(string.sub(text, last + 1), viewer) == nil then
      return false
    end
    from = last + 1
  end
end

function envoy_on_request(request)
  local headers = request:headers()
  local path = headers:get(":path") or ""
  if string.sub(path, 1, 9) ~= "/pipeline" then
    return
  end
  if not leads_to_viewers(string.lower(decoded(path))) or
    not leads_to_viewers(string.lower(decoded(headers:get("referer") or ""))) then
    return refuse(request, "the page of Pipelines fetches nothing but TensorBoards for its visitors")
  end
  local resource, query = string.match(path, "^([^?#]*)%??([^#]*)")
  local plain = string.lower(decoded(resource))
  if string.match(plain, "^/pipeline/+artifacts/") == nil then
    return
  end
  if string.find(plain .. "/", "/../", 1, true) or string.find(plain, "[%c\\\\]") then
    return refuse(request, "the path of an artifact leads nowhere else")
  end
  local kept, namespaces = {}, 0
  for parameter in string.gmatch(query, "[^&]+") do
    local name, value = string.match(parameter, "^([^=]*)=(.*)$")
    if name == "namespace" then
      namespaces = namespaces + 1
      if namespaces > 1 or string.match(value, "^[a-z0-9][a-z0-9%-]*$") == nil then
        return refuse(request, "an artifact is in one namespace")
      end
    end
    if passed[name or ""] then
      kept[#kept + 1] = parameter
    end
  end
  headers:replace(":path", #kept == 0 and resource or resource .. "?" .. table.concat(kept, "&"))
end
`;

/** The page is reached through the gateway alone, so what is refused there is refused. */
export function pipelinesPageBounded(): KubernetesObject {
  return gatewayFilter('pipelines-page', pipelinesPageBounds);
}

/** The account of the page, and its roles. */
const page = 'ml-pipeline-ui';

interface Rule {
  resources?: string[];
}

/**
 * Pipelines with a page that reads no Secret. The distribution lets it get those of all namespaces, and it reads whichever a
 * visitor names, or a workflow that a visitor wrote (`workflow-helper.ts`). It needs none: the keys of the store are in its
 * environment.
 */
export function withPageWithoutSecrets(objects: readonly KubernetesObject[]): KubernetesObject[] {
  return objects.map((object) => {
    if (!/^(Cluster)?Role$/.test(object.kind) || object.metadata.name !== page) return object;
    const rules = ((object['rules'] ?? []) as Rule[]).flatMap((rule) => {
      const resources = (rule.resources ?? []).filter((resource) => resource !== 'secrets');
      return resources.length === 0 ? [] : [{ ...rule, resources }];
    });
    return { ...object, rules };
  });
}
