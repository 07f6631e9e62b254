/** A namespace's name as Kubernetes allows it (RFC 1123 label). */
export const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
