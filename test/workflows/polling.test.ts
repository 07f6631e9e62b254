import { analyseFunctions, type Analysis } from '../infra/bundle-analysis';
import { allStates, definitionOf, taskOf, workflows } from './definition';

let analyses: ReadonlyMap<string, Analysis>;
beforeAll(async () => {
  analyses = await analyseFunctions();
});

// A plan waits for nothing: what is under way belongs to it.
describe.each(workflows.filter((workflow) => workflow !== 'plan'))('the %s workflow', (workflow) => {
  it('waits for whatever a task may say is under way', () => {
    const states = allStates(definitionOf(workflow)).flatMap(([name, state]) => {
      const file = taskOf(state)?.file;
      const retried = ((state['Retry'] ?? []) as { ErrorEquals: string[] }[]).flatMap(
        ({ ErrorEquals }) => ErrorEquals,
      );
      return file === undefined ? [] : [{ name, file, retried }];
    });
    const missing = states.flatMap(({ name, file, retried }) =>
      (analyses.get(file)?.notReady ?? [])
        .filter((error) => !retried.includes(error))
        .map((error) => `${name}: ${error}`),
    );
    // A resync looks at a Kubeflow that works; where it has no address or does not answer, the next one looks again.
    expect(missing).toEqual(
      workflow === 'resync' ? ['Read ingress: IngressHasNoAddress', 'Verify address: EndpointNotReady'] : [],
    );
  });
});
