import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';

/** One thing that is wrong with a document. */
export interface Problem {
  /** Where: `kubeflow.components[2]`; empty for the document as a whole. */
  path: string;
  /** What was found there, shortened; `null` where nothing was. */
  value: unknown;
  /** What is allowed. */
  message: string;
}

const longestShown = 120;

/** A path of the schema as people write it. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );
}

/** A value as it is shown: long text is cut, since metadata can have 100 KB. */
export function shownValue(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === 'string' && value.length > longestShown) {
    return `${value.slice(0, longestShown)}… (${value.length} characters)`;
  }
  return value;
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    document,
  );
}

/** The nearest known key, if it is near enough to be a misspelling. */
export function nearestKey(key: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const candidate = closest(key.toLowerCase(), known);
  return distance(key.toLowerCase(), candidate) <= Math.max(2, Math.floor(candidate.length / 3))
    ? candidate
    : undefined;
}

/**
 * Turns the schema's findings into problems.
 *
 * @param error what zod found
 * @param document the document as given, for the values
 * @param knownKeys the keys that are known at a path, for "did you mean"
 */
export function problemsOf(
  error: z.ZodError,
  document: unknown,
  knownKeys: (path: readonly PropertyKey[]) => readonly string[],
): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => {
        const nearest = nearestKey(key, knownKeys(issue.path));
        const path = [...issue.path, key];
        return {
          path: formatPath(path),
          value: shownValue(valueAt(document, path)),
          message: `is not a known parameter${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`,
        };
      });
    }
    if (issue.code === 'invalid_key') {
      return issue.issues.map((inner) => ({
        path: formatPath(issue.path),
        value: shownValue(issue.path.at(-1)),
        message: inner.message,
      }));
    }
    const value = valueAt(document, issue.path);
    return [
      {
        path: formatPath(issue.path),
        value: shownValue(value),
        message:
          value === undefined && issue.path.length === 1 ? `is required and ${issue.message}` : issue.message,
      },
    ];
  });
}

/** One line for a problem: path, value, what is allowed. */
export function formatProblem({ path, value, message }: Problem): string {
  const found = value === null ? '' : ` is ${JSON.stringify(value)}:`;
  return `${path === '' ? 'configuration' : path}${found} ${message}`;
}
