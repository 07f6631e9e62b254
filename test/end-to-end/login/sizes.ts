import type { WayIn } from '../../support/way-in';
import { arrivalOf, ask, groupsOf } from './ask';

/** So many names of one group that differ in case alone, and so lead to one namespace. */
const spellings = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => {
    let letters = 0;
    const name = 'team-a-with-a-name'.replace(/[a-z]/g, (letter) =>
      (index >> letters++) & 1 ? letter.toUpperCase() : letter,
    );
    return `AWS-${name}`;
  });

/** As many groups as the attribute holds, and more. */
export function groupsInEveryNumber(wayIn: () => WayIn): void {
  test.each([1, 10, 40, 80])(
    '%d groups come through every hop, and fit what stands behind',
    async (count) => {
      const { logIn } = wayIn();
      await wayIn().put({
        account: 'ACME\\dora',
        email: 'dora@acme.example',
        groups: spellings(count),
      });
      const { visitor, page } = await logIn('ACME\\dora');
      expect(page.status).toBe(200);
      const { headers } = arrivalOf(await ask(wayIn(), visitor, '/'));
      expect(groupsOf(headers)).toHaveLength(count + 1);
      const lengths = Object.entries(headers).map(([name, values]) => `${name}: ${values.join()}`.length);
      // A Node server takes 16 KiB altogether, gunicorn 8,190 bytes a header.
      expect(Math.max(...lengths)).toBeLessThan(8190);
      expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThan(16_384);
    },
  );

  test('more groups than the attribute holds are refused at the login, on a page', async () => {
    const { logIn } = wayIn();
    await wayIn().put({
      account: 'ACME\\dora',
      email: 'dora@acme.example',
      groups: spellings(120),
    });
    const { page } = await logIn('ACME\\dora');
    expect([page.status, page.url.pathname]).toEqual([403, '/oauth2/callback']);
    expect(page.url.searchParams.get('error_description')).toMatch(/2048/);
  });
}
