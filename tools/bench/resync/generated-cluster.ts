import { defaultRules } from '../../../core/access/default-rules';
import type { Transport, TransportRequest, TransportResponse } from '../../../adapters/kubernetes/transport';
import { admissionOf } from '../../../isolation/admission';
import { tenantName } from '../support/cluster';
import { contributorOf, grantsPerUser } from './population';

/**
 * What an API server would answer to a pass, made page by page: for sizes at which putting the objects there takes much longer
 * than what is to be measured. Nothing of it stays in memory. Only lists are answered, since a pass that finds everything in order
 * asks for nothing else.
 */
export class GeneratedCluster implements Transport {
  /** Milliseconds of making the answers, which no pass has. */
  generatingMs = 0;
  private readonly size: { readonly users: number; readonly namespaces: number };

  constructor(size: { readonly users: number; readonly namespaces: number }) {
    this.size = size;
  }

  request({ method, path }: TransportRequest): Promise<TransportResponse> {
    if (method !== 'GET') throw new Error(`the generated cluster takes no ${method}`);
    const began = performance.now();
    const { pathname, searchParams } = new URL(path, 'https://generated');
    const from = Number(searchParams.get('continue') ?? 0);
    const limit = Number(searchParams.get('limit') ?? Number.MAX_SAFE_INTEGER);
    const plural = pathname.slice(pathname.lastIndexOf('/') + 1);
    const { total, item } = this.collection(plural, searchParams.get('labelSelector') ?? '');
    const to = Math.min(total, from + limit);
    const items = Array.from({ length: Math.max(to - from, 0) }, (_, offset) => item(from + offset));
    const metadata = { resourceVersion: '1000', ...(to < total && { continue: String(to) }) };
    const body = JSON.stringify({ items, metadata });
    this.generatingMs += performance.now() - began;
    return Promise.resolve({ status: 200, headers: {}, body });
  }

  close(): void {
    return;
  }

  private collection(plural: string, selector: string): { total: number; item: (index: number) => object } {
    const { users, namespaces } = this.size;
    const grants = users * grantsPerUser;
    const isUnkeyed = selector.includes('!');
    if (plural === 'namespaces') return { total: namespaces, item: tenantNamespace };
    if (plural === 'rolebindings' && isUnkeyed)
      return { total: namespaces, item: (index) => admissionOf(tenantName(index)) };
    if ((plural === 'rolebindings' || plural === 'authorizationpolicies') && !isUnkeyed) {
      const part = plural === 'rolebindings' ? 'binding' : 'policy';
      const item = (index: number) =>
        contributorOf(Math.floor(index / grantsPerUser), index % grantsPerUser, namespaces, part);
      return { total: grants, item };
    }
    return { total: 0, item: () => ({}) };
  }
}

function tenantNamespace(index: number): object {
  return {
    metadata: {
      name: tenantName(index),
      annotations: { owner: defaultRules.profile_owner },
      labels: { 'app.kubernetes.io/part-of': 'kubeflow-profile' },
    },
  };
}
