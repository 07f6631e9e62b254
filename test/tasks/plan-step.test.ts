import { AwsServiceError } from '../../adapters/aws/errors';
import { ConflictError, NotReadyError, TransientError, UserError } from '../../core/errors';
import { createContext, type TaskContext } from '../../tasks/support/context';
import { planStep } from '../../tasks/support/plan-step';

const created = { action: 'create', what: 'a pool' } as const;
const conflict = new ConflictError('ResourceConflict', 'not ours');
const missing = new UserError('VpcMissing', 'no VPC');
const underWay = new NotReadyError('CertificateNotIssued', 'is being validated');
const refused = new AwsServiceError('EKS.InvalidRequestException', 'EKS answered');

/** Runs a step in plan mode with what it waits for. */
function planned(run: (context: TaskContext) => Promise<unknown>, pending: string[] = []) {
  const context = createContext({ environment: {}, clients: {} as never, readOnly: true });
  return planStep({ mode: 'plan', unknown: [], pending }, context, () => run(context));
}
const throwing = (error: Error) => () => Promise.reject(error);
const afterChange = (error: Error) => async (context: TaskContext) => {
  await context.mutate(created, () => Promise.reject(new Error('done')));
  throw error;
};

test.each<[string, Promise<unknown>, object]>([
  ['that observes everything', planned(() => Promise.resolve(1)), { changes: [], result: 1 }],
  [
    'that skips a change',
    planned(async (context) => {
      await context.mutate([created, created], () => Promise.reject(new Error('done')));
      return 1;
    }),
    { changes: [created, created], result: 1 },
  ],
  [
    'that needs the outcome of a change',
    planned((context) => context.produce(created, () => Promise.reject(new Error('done')))),
    { changes: [created] },
  ],
  [
    'that would only keep its books',
    planned((context) => context.record('take the lock', () => Promise.reject(new Error('done')))),
    { changes: [] },
  ],
  ['that meets a conflict', planned(throwing(conflict)), problem(conflict)],
  ['that meets a conflict in what it waits for', planned(throwing(conflict), ['One']), problem(conflict)],
  ['that meets a fault of the user', planned(throwing(missing)), problem(missing)],
  ['that meets an exception of AWS', planned(throwing(refused)), problem(refused)],
  [
    'that meets a conflict after a change',
    planned(afterChange(conflict)),
    { ...problem(conflict), changes: [created] },
  ],
  [
    'that looks at what is yet to be made',
    planned(throwing(missing), ['One']),
    { changes: [], follows: ['One'] },
  ],
  [
    'that awaits what is yet to be made',
    planned(throwing(underWay), ['One']),
    { changes: [], follows: ['One'] },
  ],
  [
    'that finds something under way',
    planned(throwing(underWay)),
    { changes: [], reason: 'is being validated' },
  ],
  ['that awaits its own change', planned(afterChange(underWay)), { changes: [created] }],
])('a step %s says so', async (_, answer, expected) => {
  expect(await answer).toEqual(expected);
});

test.each([
  new TransientError('DirectoryUnreachable', 'later'),
  new UserError('InvalidConfiguration', 'wrong'),
  new UserError('InvalidTaskInput', 'wrong'),
  new UserError('DeploymentMissing', 'wrong'),
  new UserError('RegistrationUnreadable', 'wrong'),
  new TypeError('x is undefined'),
])('%s is no finding of a plan', async (error) => {
  await expect(planned(throwing(error), ['One'])).rejects.toBe(error);
});

function problem({ name, message }: Error) {
  return { changes: [], problem: { error: name, message } };
}
