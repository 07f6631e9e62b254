import { reservedBy } from '../../access/reserved';
import type { Rule } from './rule';

const path = 'kubeflow.model_registry';

/** A registry is a namespace's, so that the component and the namespaces need each other. */
const registriesHaveNamespaces: Rule = ({ kubeflow }) => {
  if (kubeflow === undefined) return [];
  const { components, model_registry: settings, installer } = kubeflow;
  const selected = components.includes('model-registry');
  if (selected && installer === 'kfctl')
    return [
      {
        path: 'kubeflow.components',
        value: components,
        message: 'Kubeflow 1.2 (installer kfctl) has no model-registry',
      },
    ];
  if (selected === (settings !== undefined)) return [];
  return [
    selected
      ? {
          path,
          value: settings,
          message: 'must say which namespaces get a registry, since model-registry is selected',
        }
      : { path, value: settings, message: 'has no effect: kubeflow.components does not name model-registry' },
  ];
};

const registriesAreOfTenants: Rule = ({ kubeflow, access }) =>
  (kubeflow?.model_registry?.namespaces ?? []).flatMap((name, index, all) => {
    const at = { path: `${path}.namespaces[${index.toString()}]`, value: name };
    if (all.indexOf(name) < index) return [{ ...at, message: 'is named twice' }];
    const pattern = reservedBy(name, access?.reserved_namespaces ?? []);
    return pattern === undefined
      ? []
      : [{ ...at, message: `is reserved (${pattern}), so that no group has it and it is nobody's` }];
  });

/** Rules for the model registry. */
export const modelRegistryRules: readonly Rule[] = [registriesHaveNamespaces, registriesAreOfTenants];
