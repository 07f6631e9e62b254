interface DefinedState {
  Type: string;
  Branches?: Definition[];
  ItemProcessor?: Definition;
}

type Definition = Readonly<Record<string, unknown>>;

/** Names of all states of type Task, those within branches and Maps included, in the order of the definition. */
export function taskStates(definition: Definition): string[] {
  return statesWith(definition, ({ Branches: branches = [], ItemProcessor: processor }) => [
    ...branches,
    ...(processor === undefined ? [] : [processor]),
  ]);
}

/** {@link taskStates} without those of Maps, of which an execution has as many as it finds items. */
export function ownTaskStates(definition: Definition): string[] {
  return statesWith(definition, ({ Branches: branches = [] }) => branches);
}

function statesWith(
  definition: Definition,
  inside: (state: DefinedState) => readonly Definition[],
): string[] {
  const states = (definition['States'] ?? {}) as Record<string, DefinedState>;
  return Object.entries(states).flatMap(([name, state]) => [
    ...(state.Type === 'Task' ? [name] : []),
    ...inside(state).flatMap((each) => statesWith(each, inside)),
  ]);
}
