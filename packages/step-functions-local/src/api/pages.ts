import { ApiError, validationError } from '../service/errors';

/** Pages as AWS gives them: 100 items where nothing is said, 1,000 at most. */
const defaultPage = 100;
const largestPage = 1000;

export interface PageRequest {
  readonly maxResults?: unknown;
  readonly nextToken?: unknown;
}

/**
 * One page of a list.
 * @param of what the list is of: a token is only good for the list that gave it.
 * @throws ApiError InvalidToken, or ValidationException for maxResults
 */
export function page<T>(
  items: readonly T[],
  request: PageRequest,
  of: string,
): { readonly items: readonly T[]; readonly nextToken?: string } {
  const size = pageSize(request.maxResults);
  const start = request.nextToken === undefined ? 0 : offsetOf(request.nextToken, of);
  const end = start + size;
  return {
    items: items.slice(start, end),
    ...(end < items.length ? { nextToken: Buffer.from(JSON.stringify({ of, end })).toString('base64') } : {}),
  };
}

function pageSize(maxResults: unknown): number {
  if (maxResults === undefined || maxResults === 0) return defaultPage;
  if (typeof maxResults !== 'number' || maxResults < 0 || maxResults > largestPage) {
    throw validationError(
      'maxResults',
      maxResults,
      `Member must have value less than or equal to ${largestPage}`,
    );
  }
  return maxResults;
}

function offsetOf(token: unknown, of: string): number {
  try {
    const decoded = JSON.parse(Buffer.from(String(token), 'base64').toString('utf8')) as {
      of: string;
      end: number;
    };
    if (decoded.of === of && Number.isInteger(decoded.end)) return decoded.end;
  } catch {
    // Falls through: whatever cannot be read was not given by this service.
  }
  throw new ApiError('InvalidToken', `Invalid Token: 'Invalid token'`);
}
