import type { AwsClients } from '../../adapters/aws/clients';

/** An answer, or an error to be thrown. Given a list, one for each call in turn; the last one stays. */
type Answer = object | Error;
type Answers = Readonly<Record<string, Answer | readonly Answer[]>>;

/**
 * Clients that answer what they are told, by operation (`GetChange`), for what moto cannot be brought to say: a change
 * under way, a failed domain. Any other operation fails the test.
 *
 * @returns the clients and the operations that were called, in order
 */
export function answeringClients(answers: Answers): { clients: AwsClients; called: string[] } {
  const called: string[] = [];
  const client = {
    send: (command: object) => {
      const operation = command.constructor.name.replace(/Command$/, '');
      const given = answers[operation];
      if (given === undefined) throw new Error(`the test has no answer for ${operation}`);
      const list = Array.isArray(given) ? (given as readonly Answer[]) : [given as Answer];
      const turn = called.filter((each) => each === operation).length;
      called.push(operation);
      const answer = list[Math.min(turn, list.length - 1)];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  return {
    called,
    clients: {
      region: 'eu-central-1',
      get: () => client as never,
      destroy: () => undefined,
    },
  };
}

/** An exception of an AWS service. */
export function awsException(name: string, message: string): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } });
}
