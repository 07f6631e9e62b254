import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { gpuVendors, type NotebookSettings } from '../../../core/configuration/notebooks';
import { UserError } from '../../../core/errors';
import type { KubernetesObject } from '../../kubernetes/objects';
import { parseYaml } from '../../support/parse-yaml';

/** The file of the form in which notebooks are made. */
const formFile = 'spawner_ui_config.yaml';

/** The form's defaults (kubeflow/notebooks 1.11, `spawner_ui_config.yaml`), as far as they are set here. */
interface FormDefaults {
  allowCustomImage?: boolean;
  image?: { value?: string; options?: string[] };
  cpu?: { value?: string };
  memory?: { value?: string };
  gpus?: { readOnly?: boolean; value?: { vendor?: string; num?: string; vendors?: object[] } };
  workspaceVolume?: {
    value?: { newPvc?: { spec?: { resources?: { requests?: { storage?: string } } } } } | null;
  };
}

interface Workload {
  spec: {
    template: {
      metadata?: { annotations?: Record<string, string> };
      spec: { containers: { name: string; env?: { name: string; value?: string }[] }[] };
    };
  };
}

/**
 * The objects of the notebooks with what is configured for them. Names that kustomize made of contents are kept, so both
 * Deployments get what starts their pods again: the controller its variables, the form's server a digest of the form.
 *
 * @throws UserError `InvalidConfiguration` where the distribution has no such form or controller
 */
export function withNotebookSettings(
  objects: readonly KubernetesObject[],
  settings: NotebookSettings | undefined,
): KubernetesObject[] {
  if (settings === undefined) return [...objects];
  const { culling, ...form } = settings;
  const changed = structuredClone([...objects]);
  if (Object.keys(form).length > 0) setForm(changed, form);
  if (culling !== undefined) {
    setVariables(find(changed, 'Deployment', /^notebook-controller-deployment$/), {
      ENABLE_CULLING: 'true',
      CULL_IDLE_TIME: String(culling.idle_minutes),
      IDLENESS_CHECK_PERIOD: String(culling.check_minutes),
    });
  }
  return changed;
}

function setForm(objects: KubernetesObject[], settings: Omit<NotebookSettings, 'culling'>): void {
  const configuration = find(objects, 'ConfigMap', /^jupyter-web-app-config(?:-[a-z0-9]{10})?$/);
  const data = configuration['data'] as Record<string, string> | undefined;
  const document = parseYaml(data?.[formFile] ?? '') as { spawnerFormDefaults?: FormDefaults } | null;
  const form = document?.spawnerFormDefaults;
  if (form === undefined) throw missing(`${formFile} in the ConfigMap ${configuration.metadata.name}`);
  const { images, custom_images: custom, gpu_vendors: vendors, cpu, memory, volume } = settings;
  if (images !== undefined) form.image = { ...form.image, value: images[0] ?? '', options: [...images] };
  if (custom !== undefined) form.allowCustomImage = custom;
  if (vendors !== undefined) {
    const { value } = form.gpus ?? {};
    form.gpus = {
      ...form.gpus,
      readOnly: vendors.length === 0,
      value: { ...value, vendor: '', num: 'none', vendors: vendors.map((vendor) => gpuVendors[vendor]) },
    };
  }
  if (cpu !== undefined) form.cpu = { ...form.cpu, value: cpu };
  if (memory !== undefined) form.memory = { ...form.memory, value: memory };
  if (volume !== undefined) {
    const requests = form.workspaceVolume?.value?.newPvc?.spec?.resources?.requests;
    if (requests === undefined) throw missing(`a workspace volume in ${formFile}`);
    requests.storage = volume;
  }
  const text = stringify(document);
  configuration['data'] = { ...data, [formFile]: text };
  const { template } = (find(objects, 'Deployment', /^jupyter-web-app-deployment$/) as unknown as Workload)
    .spec;
  template.metadata = {
    ...template.metadata,
    annotations: {
      ...template.metadata?.annotations,
      'kubeflow-eks/form': createHash('sha256').update(text).digest('hex').slice(0, 16),
    },
  };
}

function setVariables(deployment: KubernetesObject, values: Readonly<Record<string, string>>): void {
  const { containers } = (deployment as unknown as Workload).spec.template.spec;
  const container = containers.find(({ name }) => name === 'manager') ?? containers[0];
  if (container === undefined) throw missing('a container of the notebook controller');
  container.env = [
    ...(container.env ?? []).filter(({ name }) => !Object.hasOwn(values, name)),
    ...Object.entries(values).map(([name, value]) => ({ name, value })),
  ];
}

function find(objects: readonly KubernetesObject[], kind: string, name: RegExp): KubernetesObject {
  const found = objects.find((object) => object.kind === kind && name.test(object.metadata.name));
  if (found === undefined) throw missing(`a ${kind} ${name.source}`);
  return found;
}

function missing(what: string): UserError {
  return new UserError(
    'InvalidConfiguration',
    `the source of Kubeflow does not have ${what}, which kubeflow.notebooks is to change. Use a distribution that is ` +
      'laid out like the pinned one (kubeflow.source), or leave kubeflow.notebooks out.',
  );
}
