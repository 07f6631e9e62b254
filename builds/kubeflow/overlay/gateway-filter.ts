import type { KubernetesObject } from '../../kubernetes/objects';

/**
 * A filter of Istio's ingress gateway, in the Lua of Envoy (LuaJIT, which is Lua 5.1). It runs last before the router, so
 * after the login has been asked and the token read.
 *
 * @param name what it does, in few words
 * @param code defines `envoy_on_request`
 */
export function gatewayFilter(name: string, code: string): KubernetesObject {
  return {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'EnvoyFilter',
    metadata: { name: `kubeflow-eks-${name}`, namespace: 'istio-system' },
    spec: {
      workloadSelector: { labels: { app: 'istio-ingressgateway' } },
      configPatches: [
        {
          applyTo: 'HTTP_FILTER',
          match: {
            context: 'GATEWAY',
            listener: {
              filterChain: {
                filter: {
                  name: 'envoy.filters.network.http_connection_manager',
                  subFilter: { name: 'envoy.filters.http.router' },
                },
              },
            },
          },
          patch: {
            operation: 'INSERT_BEFORE',
            value: {
              name: `kubeflow-eks.${name}`,
              typed_config: {
                '@type': 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua',
                default_source_code: { inline_string: code },
              },
            },
          },
        },
      ],
    },
  };
}
