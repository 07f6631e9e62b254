import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminUpdateUserAttributesCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { AwsClients } from '../../../adapters/aws/clients';
import { findPoolUser, listPoolUsers } from '../../../adapters/aws/pool-users';
import { findUsersByEmail } from '../../../adapters/aws/users-by-email';
import { customAttributes } from '../../../core/saml/directory-kinds';
import fc from '../../support/fast-check';
import { useMoto } from '../../support/moto';
import { modelClients } from './model-aws';
import { groupNames, people, personAt } from './people';
import { PoolsInMemory } from './pools-in-memory';
import { RegistryInMemory } from './registry-in-memory';

const moto = useMoto();
const cognito = () => moto.lookingClients.get(CognitoIdentityProviderClient);

/** What happens to a user, or what is asked. */
type Step =
  | { readonly do: 'sign in'; readonly person: number; readonly groups: readonly string[] }
  | { readonly do: 'enabled' | 'disabled' | 'gone' | 'ask'; readonly person: number };

const person = fc.nat(people.length - 1);
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('sign in' as const),
    person,
    groups: fc.subarray([...groupNames], { minLength: 1 }),
  }),
  fc.record({
    do: fc.constantFrom('enabled' as const, 'disabled' as const, 'gone' as const, 'ask' as const),
    person,
  }),
);

/** Does in moto what Cognito does by itself at a login, and what an administrator does. */
async function inMoto(UserPoolId: string, { person: who, ...step }: Step): Promise<void> {
  const { userName: Username, email } = personAt(who);
  const user = { UserPoolId, Username };
  const isThere = (await findPoolUser(moto.lookingClients, UserPoolId, Username)) !== undefined;
  if (step.do === 'sign in') {
    const value = step.groups.length > 1 ? `[${step.groups.join(',')}]` : (step.groups[0] ?? '');
    const UserAttributes = [
      { Name: 'email', Value: email },
      { Name: customAttributes.groups, Value: value },
    ];
    const given = { ...user, UserAttributes };
    if (isThere) await cognito().send(new AdminUpdateUserAttributesCommand(given));
    else await cognito().send(new AdminCreateUserCommand(given));
  } else if (isThere) {
    if (step.do === 'gone') await cognito().send(new AdminDeleteUserCommand(user));
    if (step.do === 'enabled') await cognito().send(new AdminEnableUserCommand(user));
    if (step.do === 'disabled') await cognito().send(new AdminDisableUserCommand(user));
  }
}

async function answers(clients: AwsClients, pool: string, who: number): Promise<unknown> {
  const { userName, email } = personAt(who);
  const { signal } = new AbortController();
  const found = [
    await listPoolUsers(clients, pool),
    await findUsersByEmail(clients, pool, email, signal),
    [(await findPoolUser(clients, pool, userName)) ?? { userName: 'nobody' }],
  ];
  // When a user was changed last is another moment on both sides.
  return found.map((users) =>
    users
      .map((user) => ({ ...user, changedAt: undefined }))
      .sort((a, b) => a.userName.localeCompare(b.userName)),
  );
}

test('the pools in memory answer as moto does, whatever becomes of their users', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 4, maxLength: 15 }), async (story) => {
      const { UserPool } = await cognito().send(
        new CreateUserPoolCommand({
          PoolName: 'acme',
          Schema: [{ Name: 'groups', AttributeDataType: 'String', Mutable: true }],
        }),
      );
      const real = UserPool?.Id ?? '';
      const pools = new PoolsInMemory(Date.now);
      const id = pools.make('acme');
      const model = modelClients(
        () => ({
          registry: new RegistryInMemory(),
          pools,
          onWrite: () => undefined,
          onEvent: () => undefined,
        }),
        () => {
          throw new Error('no execution is asked for');
        },
      );
      for (const step of story) {
        if (step.do === 'sign in') pools.signIn(id, { ...personAt(step.person), groups: step.groups });
        else if (step.do !== 'ask') pools.set(id, personAt(step.person).userName, step.do);
        await inMoto(real, step);
        expect(await answers(model, id, step.person)).toEqual(
          await answers(moto.lookingClients, real, step.person),
        );
      }
    }),
    { numRuns: 20 },
  );
}, 120_000);
