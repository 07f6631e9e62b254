import { TaskError } from 'step-functions-local';
import type { AwsClients } from '../../../adapters/aws/clients';
import type { Around } from '../account-in-moto';
import type { BuildPart } from '../model-builds';
import { callErrors, struckClients, type Call } from './struck-clients';

/** A fault at work in one trial. */
export interface Strike {
  readonly around: Around;
  /** The operator has mended the cause. */
  mend(): void;
}

/** What strikes need of the account. */
export interface Place {
  readonly endpoint: string;
  /** Step Functions ends and begins again; what it had called does not go on. */
  restart(): void;
}

/** Makes the strike of a trial: each trial has its own. */
export type MakeStrike = (place: Place) => Strike;

/** Longer than any state may take, in milliseconds. */
const tooLong = 7 * 24 * 60 * 60 * 1000;

const nothing = (): void => undefined;
const forever = new Promise<never>(nothing);

/** A fault that goes by itself after so many attempts. */
export function passing(times: number, around: (place: Place) => Around): MakeStrike {
  return (place) => {
    const struck = around(place);
    let left = times;
    return {
      around: (request, work) => (left-- > 0 ? struck(request, work) : work()),
      mend: nothing,
    };
  };
}

/** A fault that stays until somebody mends its cause. */
export function staying(around: (place: Place) => Around): MakeStrike {
  return (place) => {
    const struck = around(place);
    let mended = false;
    return {
      around: (request, work) => (mended ? work() : struck(request, work)),
      mend: () => {
        mended = true;
      },
    };
  };
}

/** One fault until the operator comes, another that passes in what he starts then. */
export function oneAfterAnother(first: (place: Place) => Around, then: (place: Place) => Around): MakeStrike {
  return (place) => {
    let current: Strike = staying(first)(place);
    return {
      around: (request, work) => current.around(request, work),
      mend: () => {
        current = passing(1, then)(place);
      },
    };
  };
}

/** The state's work does not begin, and this is what Step Functions is told. */
export const failing =
  (error: string, message = 'as the trial says') =>
  (): Around =>
  () =>
    Promise.reject(new TaskError(error, JSON.stringify({ errorMessage: message })));

/** Nothing is heard of the state's work, which does not begin. */
export const unheard = (): Around => async (request) => {
  await request.clock.sleep(tooLong);
  throw new Error('no state may take so long');
};

/** The state's work is done, and then something happens in the place of its answer. */
export const afterwards =
  (then: (place: Place) => Around) =>
  (place: Place): Around =>
  async (request, work) => {
    await work();
    return then(place)(request, work);
  };

/** A build ends as failed: how far it came, in which phase, and what it says of its failure itself. */
export const buildFailing =
  ({ phase, part, said }: { phase: string; part: BuildPart; said?: string }) =>
  (): Around =>
  async (_, work) => {
    await work({ part });
    const Build = {
      Arn: 'arn:aws:codebuild:eu-central-1:111122223333:build/one',
      BuildStatus: 'FAILED',
      Phases: [{ PhaseType: phase, PhaseStatus: 'FAILED' }],
      ExportedEnvironmentVariables: said === undefined ? [] : [{ Name: 'FAILURE', Value: said }],
    };
    throw new TaskError('States.TaskFailed', JSON.stringify({ Build }));
  };

/** A build runs longer than its state may, having come so far. */
export const buildOutOfTime = (part: BuildPart) => (): Around => async (request, work) => {
  await work({ part });
  return unheard()(request, work);
};

/** Step Functions ends before, or after, the state's work. */
export const restarting =
  (when: 'before' | 'after') =>
  (place: Place): Around =>
  async (request, work) => {
    request.remember('build/one');
    if (when === 'after') await work();
    place.restart();
    return forever;
  };

/** Which of a task's calls are meant: the n-th of some kind, or all. */
export type Which = (call: Call, place: { readonly call: number; readonly change: number }) => boolean;

export const change =
  (n: number): Which =>
  ({ mutating }, count) =>
    mutating && count.change === n;
export const firstCall: Which = (_, count) => count.call === 1;
export const registryCalls: Which = ({ service }) => service === 'DynamoDB';

/** Counts the calls of one run. */
function counting(which: Which): (call: Call) => boolean {
  const count = { call: 0, change: 0 };
  return (call) => {
    count.call += 1;
    if (call.mutating) count.change += 1;
    return which(call, count);
  };
}

/** Some calls of a task are answered with an error, after the SDK's own repetitions. */
export const refusing =
  (which: Which, error: keyof typeof callErrors) =>
  ({ endpoint }: Place): Around =>
  (_, work) => {
    const isMeant = counting(which);
    return withClients(
      struckClients(endpoint, 'calls', (call, send) =>
        isMeant(call) ? Promise.reject(callErrors[error]()) : send(),
      ),
      (clients) => work({ clients }),
    );
  };

/** A call of a task takes effect, and its answer is lost once; the SDK repeats it, where it may. */
export const losingAnswer =
  (which: Which) =>
  ({ endpoint }: Place): Around =>
  (_, work) => {
    const isMeant = counting(which);
    return withClients(
      struckClients(endpoint, 'answers', async (call, send) => {
        const lost = isMeant(call);
        const answer = await send();
        if (lost) throw callErrors.cut();
        return answer;
      }),
      (clients) => work({ clients }),
    );
  };

/** A task's process ends at once when a call has taken effect: nothing of its code runs any more. */
export const killedAfter =
  (which: Which) =>
  ({ endpoint }: Place): Around =>
  (_, work) => {
    const isMeant = counting(which);
    const dead = Promise.withResolvers<never>();
    const message = 'RequestId: 1 Error: Runtime exited with error: signal: killed';
    let killed = false;
    return withClients(
      struckClients(endpoint, 'calls', async (call, send) => {
        if (killed) return forever;
        const last = isMeant(call);
        const answer = await send();
        if (!last) return answer;
        killed = true;
        dead.reject(new TaskError('Runtime.ExitError', JSON.stringify({ errorMessage: message })));
        return forever;
      }),
      (clients) => Promise.race([work({ clients }), dead.promise]),
    );
  };

async function withClients<T>(clients: AwsClients, use: (clients: AwsClients) => Promise<T>): Promise<T> {
  try {
    return await use(clients);
  } finally {
    clients.destroy();
  }
}
