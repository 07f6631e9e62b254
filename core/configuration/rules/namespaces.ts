import { reservedBy } from '../../access/reserved';
import type { Rule } from './rule';

const namespacesAreTenants: Rule = ({ access }) =>
  Object.entries(access?.namespaces ?? {}).flatMap(([name, value]) => {
    const pattern = reservedBy(name, access?.reserved_namespaces ?? []);
    return pattern === undefined
      ? []
      : [
          {
            path: `access.namespaces.${name}`,
            value,
            message: `is reserved (${pattern}), so that no group has it and it is nobody's`,
          },
        ];
  });

/** Rules for single namespaces. */
export const namespaceRules: readonly Rule[] = [namespacesAreTenants];
