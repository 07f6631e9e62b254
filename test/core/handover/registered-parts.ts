/** What the steps of a provisioning found and made, as a row of the registry holds it. */
export const registeredParts = {
  found: {
    vpc: { id: 'vpc-1', cidr: '10.0.0.0/16' },
    subnets: { private: [{ id: 'subnet-1', az: 'a' }], public: [] },
    hostedZone: { id: 'Z1', name: 'example.com' },
    warnings: [],
  },
  cluster: {
    name: 'acme',
    endpoint: 'https://api.example.com',
    certificateAuthority: 'UEVN',
    version: '1.35',
  },
  identity: { userPoolId: 'eu-central-1_A', clientId: 'client' },
  ingress: { hostname: 'alb.example.com' },
};
