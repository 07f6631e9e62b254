import type * as kubernetes from '@kubernetes/client-node';

/** A class of @kubernetes/client-node as the JSON that goes over the wire: plain objects, dates as text. */
export type Json<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? Json<Item>[]
    : T extends object
      ? { [Key in keyof T]: Json<T[Key]> }
      : T;

export type ObjectMeta = Json<kubernetes.V1ObjectMeta>;
export type Namespace = Json<kubernetes.V1Namespace>;
export type RoleBinding = Json<kubernetes.V1RoleBinding>;
export type Ingress = Json<kubernetes.V1Ingress>;
export type SubjectAccessReview = Json<kubernetes.V1SubjectAccessReview>;

/** What every object has. */
export interface AnyObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: ObjectMeta;
}

/** An object whose `spec` is all that counts. */
export interface SpecObject extends AnyObject {
  readonly spec: unknown;
}

/** A Profile of Kubeflow. */
export interface Profile extends AnyObject {
  readonly spec: {
    /** Always there; an apply that concerns something else leaves it out. */
    readonly owner?: { readonly apiGroup?: string; readonly kind: string; readonly name: string };
    readonly resourceQuotaSpec?: { readonly hard?: Readonly<Record<string, string>> };
  };
}
