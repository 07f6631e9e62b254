import { functionName } from '../../../core/naming';
import type { FunctionError } from '../../../local/region/functions/instance';
import type { Page } from '../../../local/visitor/visitor';
import type { WayIn } from '../../support/way-in';

const profileManager = functionName('profile-manager');
/** Longer than Cognito waits. */
const tooLongMs = 5500;

/** What a login comes to while the profile manager is in trouble. */
export function triggerInTrouble(wayIn: () => WayIn): void {
  /** A login with faults at the trigger, by the number of the call; and how often it was called. */
  async function logInWith(faults: {
    function?: (call: number) => FunctionError | undefined;
    delay?: (call: number) => Promise<void> | undefined;
  }): Promise<{ page: Page; calls: number }> {
    const { region, logIn } = wayIn();
    let calls = 0;
    region.faults.function = (name) => {
      if (name !== profileManager) return undefined;
      calls += 1;
      return faults.function?.(calls);
    };
    region.faults.delay = (name) => (name === profileManager ? faults.delay?.(calls) : undefined);
    try {
      const { page } = await logIn('ACME\\alice');
      return { page, calls };
    } finally {
      delete region.faults.function;
      delete region.faults.delay;
    }
  }

  /** The person is told that it failed; why is for the log, and nothing of the region's inside is on the page. */
  const expectRefused = (page: Page, reason: RegExp): void => {
    expect([page.status, page.url.pathname]).toEqual([403, '/oauth2/callback']);
    expect(page.text).toMatch(/Login Failed/i);
    expect(page.text).not.toMatch(/PreTokenGeneration|arn:aws|at .*\.js/);
    expect(page.url.searchParams.get('error_description')).toMatch(reason);
  };

  test('one that fails is called once, and nobody gets in', async () => {
    const { page, calls } = await logInWith({
      function: () => ({ errorType: 'Error', errorMessage: 'the cluster does not answer' }),
    });
    expectRefused(page, /PreTokenGeneration failed with error the cluster does not answer/);
    expect(calls).toBe(1);
  });

  test('one that Lambda throttles is not called again, and nobody gets in', async () => {
    const { page, calls } = await logInWith({
      function: () => ({ errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' }),
    });
    expectRefused(page, /PreTokenGeneration invocation failed due to error TooManyRequestsException/);
    expect(calls).toBe(1);
  });

  test("one that reaches Lambda's own end of time is called three times, and nobody gets in", async () => {
    const { page, calls } = await logInWith({
      function: () => ({ errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 5.00 seconds' }),
    });
    expectRefused(page, /Socket timeout while invoking Lambda function/);
    expect(calls).toBe(3);
  });

  test('one that is slow once is called again, and the login goes on', async () => {
    const { page, calls } = await logInWith({
      delay: (call) => (call === 1 ? new Promise((resolve) => setTimeout(resolve, tooLongMs)) : undefined),
    });
    expect(page.status).toBe(200);
    expect(calls).toBe(2);
  });

  test('after that the next login is as every other', async () => {
    const { page, calls } = await logInWith({});
    expect([page.status, calls]).toEqual([200, 1]);
  });
}
