import type { AwsClients } from '../../../adapters/aws/clients';
import { deleteStack } from '../../../adapters/aws/cloudformation';
import { answerXml } from '../../../local/region/overlays/query-xml';
import { gatewayClients } from '../../support/gateway';

let status: string;
let operations: string[];
let clients: AwsClients;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ clients, close } = await gatewayClients({
    cloudformation: [
      ({ operation }) => {
        operations.push(operation);
        const member = `<member><StackName>s</StackName><StackStatus>${status}</StackStatus></member>`;
        return Promise.resolve(answerXml(operation, `<Stacks>${member}</Stacks>`));
      },
    ],
  }));
});
afterAll(() => close());
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
