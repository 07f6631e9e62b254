import { createClients } from '../../../adapters/aws/clients';
import type { AwsClients } from '../../../adapters/aws/clients';
import { deleteStack } from '../../../adapters/aws/cloudformation';
import { openGateway } from '../../../local/region/gateway/gateway';
import type { Gateway } from '../../../local/region/gateway/gateway';
import { answerXml } from '../../../local/region/overlays/query-xml';

let status: string;
let operations: string[];
let gateway: Gateway;
let clients: AwsClients;

beforeAll(async () => {
  gateway = await openGateway({
    services: {
      cloudformation: [
        ({ operation }) => {
          operations.push(operation);
          const member = `<member><StackName>s</StackName><StackStatus>${status}</StackStatus></member>`;
          return Promise.resolve(answerXml(operation, `<Stacks>${member}</Stacks>`));
        },
      ],
    },
  });
  clients = createClients({
    region: 'eu-west-1',
    endpoint: gateway.endpoint,
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' },
  });
});
afterAll(async () => {
  clients.destroy();
  await gateway.close();
});
beforeEach(() => {
  operations = [];
});

test('the protection of a stack is lifted before it is deleted', async () => {
  status = 'ROLLBACK_COMPLETE';
  await deleteStack(clients, 's');
  expect(operations).toEqual(['DescribeStacks', 'UpdateTerminationProtection', 'DeleteStack']);
});

test('a stack on its way out, whose protection cannot be changed, is left to go', async () => {
  status = 'DELETE_IN_PROGRESS';
  await deleteStack(clients, 's');
  expect(operations).toEqual(['DescribeStacks']);
});
