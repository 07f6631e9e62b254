import { sameTagKey } from '../tags';
import type { Rule } from './rule';

const tagKeysDiffer: Rule = ({ tags = {} }) =>
  Object.keys(tags).flatMap((key, index, keys) => {
    const first = keys.slice(0, index).find((other) => sameTagKey(other, key));
    return first === undefined
      ? []
      : [
          {
            path: `tags.${key}`,
            value: tags[key],
            message: `stands beside "${first}": IAM's tag keys ignore case, so the two are one; keep one`,
          },
        ];
  });

const environmentHasOneName: Rule = ({ tags = {}, env }) => {
  if (env === undefined) return [];
  return Object.entries(tags).flatMap(([key, value]) =>
    !sameTagKey(key, 'env') || value.toLowerCase() === env.toLowerCase()
      ? []
      : [
          {
            path: `tags.${key}`,
            value,
            message: `stands beside env (${env}), which is the same tag to IAM, with another value; keep one of the two`,
          },
        ],
  );
};

/** Rules between tags. */
export const tagRules: readonly Rule[] = [tagKeysDiffer, environmentHasOneName];
