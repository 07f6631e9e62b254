import { createClients, type AwsClients } from '../../adapters/aws/clients';
import { isMutating } from '../../adapters/aws/operations';
import { startMoto, type Moto } from '../../local/moto/moto';
import { forwardTo } from '../../local/region/gateway/forward';
import { openGateway, type Gateway, type ServiceHandler } from '../../local/region/gateway/gateway';
import { deniedCalls } from './permitted';

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

export interface MotoInTestOptions {
  region?: string;
  accountId?: string;
  /**
   * The functions whose code is tested, by their files. Every call of a test must then be one that the stack permits
   * them.
   */
  functions?: readonly string[];
  /**
   * What answers in moto's place, by the service's signing name (`eks`, `lambda`, `states`); asked for again before each
   * test. A request that it leaves goes to moto.
   */
  services?: () => Readonly<Record<string, readonly ServiceHandler[]>>;
}

/**
 * Registers hooks that start one moto server for the test file, empty it before each test and stop it at the end.
 *
 * @param regionOrOptions where {@link MotoInTest.clients} work, or more
 */
export function useMoto(regionOrOptions: string | MotoInTestOptions = {}): MotoInTest {
  const options = typeof regionOrOptions === 'string' ? { region: regionOrOptions } : regionOrOptions;
  const { region = 'eu-central-1', accountId = '123456789012', services, functions } = options;
  let moto: Moto | undefined;
  let gateway: Gateway | undefined;
  let forward: ReturnType<typeof forwardTo> | undefined;
  let clients: AwsClients | undefined;
  let lookingClients: AwsClients | undefined;
  let calls: RecordedCall[] = [];
  let everyCall: RecordedCall[] = [];

  // The first ever run installs moto.
  beforeAll(async () => {
    moto = await startMoto({ accountId });
  }, 300_000);
  beforeEach(async () => {
    const server = running(moto);
    await server.reset();
    await server.setCertificateWait(0);
    let { endpoint } = server;
    if (services !== undefined) {
      forward = forwardTo(endpoint);
      gateway = await openGateway({ services: { ...services(), '*': [forward.handler] } });
      endpoint = gateway.endpoint;
    }
    calls = [];
    everyCall = [];
    clients = createClients({
      region,
      endpoint,
      credentials,
      onCall: (call) => {
        const recorded = { ...call, mutating: isMutating(call.operation) };
        calls.push(recorded);
        everyCall.push(recorded);
      },
    });
    lookingClients = createClients({ region, endpoint, credentials });
  });
  afterEach(async () => {
    clients?.destroy();
    lookingClients?.destroy();
    await gateway?.close();
    forward?.close();
    gateway = undefined;
    if (functions !== undefined) expect(deniedCalls(functions, everyCall)).toEqual([]);
  });
  afterAll(async () => {
    await moto?.stop();
  });

  return {
    region,
    accountId,
    get endpoint() {
      return gateway?.endpoint ?? running(moto).endpoint;
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
