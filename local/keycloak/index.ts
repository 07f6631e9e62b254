export { keycloakCredentials, startKeycloak, type Keycloak } from './keycloak';
export { ensureKeycloak } from './keycloak-program';
