/** The version of all documents. Fields are added within it; one that goes or changes its meaning makes another. */
export const apiVersion = 'kubeflow-eks/v1';
