import type { ServiceHandler } from '../gateway/gateway';
import type { EventBus } from '../events/bus';
import { defined } from '../../../core/defined';

interface PutEventsEntry {
  Source?: string;
  DetailType?: string;
  Detail?: string;
  Resources?: string[];
}

/** EventBridge's PutEvents: entries without source, type or an object as detail fail one by one, as on AWS. */
export function eventsApi(bus: EventBus): ServiceHandler {
  return async (request, http) => {
    if (request.operation !== 'PutEvents') return undefined;
    const { Entries: entries = [] } = JSON.parse(http.body.toString('utf8')) as {
      Entries?: PutEventsEntry[];
    };
    const results = entries.map(
      ({ Source: source, DetailType: detailType, Detail: detail, Resources: resources }) => {
        if (source === undefined || detailType === undefined || detail === undefined) {
          return {
            ErrorCode: 'InvalidArgument',
            ErrorMessage: 'Parameter Source, DetailType or Detail is not valid.',
          };
        }
        const parsed = parseObject(detail);
        if (parsed === undefined)
          return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
        return {
          EventId: bus.put({
            source,
            'detail-type': detailType,
            detail: parsed,
            ...defined({ resources }),
          }),
        };
      },
    );
    return Promise.resolve({
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify({
        FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length,
        Entries: results,
      }),
    });
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
