/** Of each proxy, at an address of its own: as in a pod. */
export const ports = { admin: 15000, health: 15021 } as const;

const stringOf = (expression: string): string => `{{ ${expression} }}`;

/**
 * The template of which Istio's agent makes Envoy's first configuration: where it gets all others from, and a listener for
 * health. Istio's own would listen on every address of the machine.
 *
 * @param address of the proxy
 */
export function bootstrapTemplate(address: string): string {
  const socket = (port: number): object => ({ socket_address: { address, port_value: port } });
  const http2 = {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      explicit_http_config: { http2_protocol_options: {} },
    },
  };
  const cluster = (name: string, endpoint: object, options: object = {}): object => ({
    name,
    type: 'STATIC',
    connect_timeout: '1s',
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: endpoint } }] }],
    },
    ...options,
  });
  const grpc = { typed_extension_protocol_options: http2 };
  const adsSource = { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' };
  const template = {
    node: {
      id: stringOf('.nodeID'),
      cluster: stringOf('.cluster'),
      metadata: '@metadata@',
    },
    admin: { address: socket(ports.admin) },
    dynamic_resources: {
      lds_config: adsSource,
      cds_config: adsSource,
      ads_config: {
        api_type: stringOf('.xds_type'),
        set_node_on_first_message_only: true,
        transport_api_version: 'V3',
        grpc_services: [{ envoy_grpc: { cluster_name: 'xds-grpc' } }],
      },
    },
    static_resources: {
      clusters: [
        cluster('health', socket(ports.admin)),
        cluster(
          'sds-grpc',
          {
            pipe: {
              path: `./var/run/secrets/workload-spiffe-uds/${stringOf('.workload_identity_socket_file')}`,
            },
          },
          grpc,
        ),
        cluster('xds-grpc', { pipe: { path: `${stringOf('.config.ConfigPath')}/XDS` } }, grpc),
      ],
      listeners: [
        { name: 'health', address: socket(ports.health), filter_chains: [{ filters: [healthFilter] }] },
      ],
    },
  };
  return JSON.stringify(template, undefined, 2).replace('"@metadata@"', stringOf('.meta_json_str'));
}

const healthFilter = {
  name: 'envoy.filters.network.http_connection_manager',
  typed_config: {
    '@type':
      'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'health',
    route_config: {
      virtual_hosts: [
        {
          name: 'health',
          domains: ['*'],
          routes: [
            { match: { path: '/healthz/ready' }, route: { cluster: 'health', prefix_rewrite: '/ready' } },
          ],
        },
      ],
    },
    http_filters: [
      {
        name: 'envoy.filters.http.router',
        typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
      },
    ],
  },
};
