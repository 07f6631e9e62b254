import { validationError } from '../service/errors';
import type { StepFunctions } from '../service/service';

/** A request's JSON body. */
export type Body = Readonly<Record<string, unknown>>;

export type Operation = (service: StepFunctions, body: Body) => Record<string, unknown>;
export type Operations = Readonly<Record<string, Operation>>;

/** @throws ApiError ValidationException */
export function text(body: Body, field: string): string {
  const value = body[field];
  if (typeof value !== 'string') throw validationError(field, value, 'Member must not be null');
  return value;
}

/** @throws ApiError ValidationException */
export function optionalText(body: Body, field: string): string | undefined {
  return body[field] === undefined || body[field] === null ? undefined : text(body, field);
}

export function tagsOf(tags: unknown): Record<string, string> {
  if (!Array.isArray(tags)) return {};
  return Object.fromEntries(
    (tags as { key?: unknown; value?: unknown }[]).map(({ key, value }) => [String(key), String(value)]),
  );
}
