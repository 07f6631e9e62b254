import type { ServiceHandler } from '../gateway/gateway';
import { defined } from '../../../core/defined';

/** A service of ours that answers an operation of an AWS JSON protocol. */
export type JsonOperation = (operation: string, body: unknown) => Promise<{ status: number; body: unknown }>;

/** Puts an AWS JSON service behind the gateway. */
export function jsonApi(handle: JsonOperation, contentType = 'application/x-amz-json-1.0'): ServiceHandler {
  return async (request, http) => {
    const text = http.body.toString('utf8');
    const { status, body } = await handle(request.operation, text === '' ? {} : JSON.parse(text));
    const error = status >= 400 ? (body as { __type?: string }).__type : undefined;
    return {
      status,
      headers: { 'content-type': contentType, ...defined({ 'x-amzn-errortype': error }) },
      body: JSON.stringify(body),
    };
  };
}
