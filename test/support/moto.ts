import { createClients, type AwsClients } from '../../adapters/aws/clients';
import { isMutating } from '../../adapters/aws/operations';
import { startMoto, type Moto } from '../../local/moto/moto';

/** A call that the code under test made. */
export interface RecordedCall {
  service: string;
  operation: string;
  mutating: boolean;
}

/** What a test sees of moto. Valid inside of hooks and tests. */
export interface MotoInTest {
  readonly endpoint: string;
  readonly accountId: string;
  readonly region: string;
  /** The moto server itself, for its settings. */
  readonly server: Moto;
  /** Clients whose calls are recorded: for the code under test. */
  readonly clients: AwsClients;
  /** Clients whose calls are not recorded: for preparing and for looking. */
  readonly lookingClients: AwsClients;
  /** Calls through {@link clients} since the test began or `forgetCalls` was called. */
  readonly calls: readonly RecordedCall[];
  /** The mutating ones, as `EC2 CreateTags`. */
  mutatingCalls(): string[];
  forgetCalls(): void;
}

const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'local' };

/**
 * Registers hooks that start one moto server for the test file, empty it before each test and stop it at the end.
 *
 * @param region where {@link MotoInTest.clients} work
 */
export function useMoto(region = 'eu-central-1', accountId = '123456789012'): MotoInTest {
  let moto: Moto | undefined;
  let clients: AwsClients | undefined;
  let lookingClients: AwsClients | undefined;
  let calls: RecordedCall[] = [];

  // The first ever run installs moto.
  beforeAll(async () => {
    moto = await startMoto({ accountId });
  }, 300_000);
  beforeEach(async () => {
    const { endpoint } = running(moto);
    await running(moto).reset();
    await running(moto).setCertificateWait(0);
    calls = [];
    clients = createClients({
      region,
      endpoint,
      credentials,
      onCall: (call) => calls.push({ ...call, mutating: isMutating(call.operation) }),
    });
    lookingClients = createClients({ region, endpoint, credentials });
  });
  afterEach(() => {
    clients?.destroy();
    lookingClients?.destroy();
  });
  afterAll(async () => {
    await moto?.stop();
  });

  return {
    region,
    accountId,
    get endpoint() {
      return running(moto).endpoint;
    },
    get server() {
      return running(moto);
    },
    get clients() {
      return running(clients);
    },
    get lookingClients() {
      return running(lookingClients);
    },
    get calls() {
      return calls;
    },
    mutatingCalls: () =>
      calls.filter((call) => call.mutating).map((call) => `${call.service} ${call.operation}`),
    forgetCalls() {
      calls = [];
    },
  };
}

function running<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('moto runs only inside of hooks and tests');
  return value;
}
