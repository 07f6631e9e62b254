import type { KubeObject } from '../kubernetes/kube-client';

/** The service account of the driver's controller, in the namespace of all add-ons. */
export const driverServiceAccount = { namespace: 'kube-system', name: 'efs-csi-controller-sa' } as const;

/** The driver's name in storage classes and volumes. */
export const driverName = 'efs.csi.aws.com';

const labels = { 'app.kubernetes.io/name': 'aws-efs-csi-driver' };
const role = 'efs-csi-external-provisioner-role';
const read = ['get', 'list', 'watch'];

/**
 * What the add-on puts into a cluster for its controller: the driver by its name, the service account, and what that may do, which is what
 * external-provisioner 5 asks for (its `deploy/kubernetes/rbac.yaml`, without snapshots), and to read nodes (aws-efs-csi-driver,
 * `deploy/kubernetes/base/controller-serviceaccount.yaml`).
 */
export const driverObjects: readonly KubeObject[] = [
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSIDriver',
    metadata: { name: driverName, labels },
    spec: { attachRequired: false },
  },
  {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { ...driverServiceAccount, labels },
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: role, labels },
    rules: [
      { apiGroups: [''], resources: ['persistentvolumes'], verbs: [...read, 'create', 'patch', 'delete'] },
      { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: [...read, 'update'] },
      { apiGroups: ['storage.k8s.io'], resources: ['storageclasses', 'csinodes'], verbs: read },
      { apiGroups: [''], resources: ['events'], verbs: ['list', 'watch', 'create', 'update', 'patch'] },
      { apiGroups: [''], resources: ['nodes'], verbs: read },
      {
        apiGroups: ['coordination.k8s.io'],
        resources: ['leases'],
        verbs: [...read, 'create', 'update', 'delete'],
      },
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'efs-csi-provisioner-binding', labels },
    subjects: [{ kind: 'ServiceAccount', ...driverServiceAccount }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
  },
];
