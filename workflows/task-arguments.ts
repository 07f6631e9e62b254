import type { Task } from '../tasks/support/task';
import type { TaskName, Tasks } from '../tasks/deployments';

/** A JSONata expression as Step Functions takes it. */
export type Jsonata = `{% ${string} %}`;

/** A value of a type, with an expression in the place of it or of any part of it. */
export type Argument<T> =
  | Jsonata
  | (unknown extends T
      ? unknown
      : T extends readonly (infer Item)[]
        ? readonly Argument<Item>[]
        : T extends object
          ? { readonly [Key in keyof T]: Argument<T[Key]> }
          : T);

type InputOf<T> = T extends Task<infer _Input, infer _Output, infer Given> ? Given : never;

/** What a step gives a task: its input, but for what every state adds by itself. */
export type ArgumentsOf<Name extends TaskName> = {
  readonly [Key in keyof InputOf<Tasks[Name]> as Exclude<Key, 'workflow'>]: Argument<
    InputOf<Tasks[Name]>[Key]
  >;
};
