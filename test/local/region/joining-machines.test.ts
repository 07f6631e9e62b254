import { mayJoin } from '../../../local/region/account/joining-machines';

const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 1, 0, minute));

/** A machine whose role was made at a time, at a cluster with this entry for the role. */
function asks(entry: object | undefined, roleCreatedAt: Date): Promise<boolean> {
  const missing = Object.assign(new Error('no such entry'), { name: 'ResourceNotFoundException' });
  const clients = {
    iam: {
      send: () =>
        Promise.resolve({
          InstanceProfile: {
            Roles: [{ Arn: 'arn:aws:iam::111122223333:role/nodes', CreateDate: roleCreatedAt }],
          },
        }),
    },
    eks: {
      send: () => (entry === undefined ? Promise.reject(missing) : Promise.resolve({ accessEntry: entry })),
    },
  };
  const machine = { IamInstanceProfile: { Arn: 'arn:aws:iam::111122223333:instance-profile/nodes' } };
  return mayJoin(clients as unknown as Parameters<typeof mayJoin>[0], machine, 'acme');
}

test.each([
  ['an entry for nodes', { type: 'EC2_LINUX', createdAt: at(2) }, true],
  ['no entry', undefined, false],
  ['an entry for people', { type: 'STANDARD', createdAt: at(2) }, false],
  [
    'an entry for a role that was deleted and made again since',
    { type: 'EC2_LINUX', createdAt: at(0) },
    false,
  ],
])('a machine whose role has %s joins: %#', async (_, entry, joins) => {
  expect(await asks(entry, at(1))).toBe(joins);
});
