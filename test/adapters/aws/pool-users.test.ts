import { listPoolUsers, poolPagesPerSecond, userListingQuota } from '../../../adapters/aws/pool-users';
import { answeringClients } from '../../support/answering-clients';

test('the pages of a pool come no faster than the quota allows', async () => {
  const page = (Username: string, PaginationToken?: string) => ({ Users: [{ Username }], PaginationToken });
  const { clients, called } = answeringClients({
    ListUsers: [page('a', '1'), page('b', '2'), page('c', '3'), page('d')],
  });
  const began = performance.now();
  const users = await listPoolUsers(clients, 'pool');
  expect(users.map(({ userName }) => userName)).toEqual(['a', 'b', 'c', 'd']);
  expect(called).toHaveLength(4);
  // Timers may fire a millisecond early.
  expect(performance.now() - began).toBeGreaterThanOrEqual(3 * (1_000 / poolPagesPerSecond - 2));
  expect(poolPagesPerSecond).toBeLessThan(userListingQuota);
});
