import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { triedElsewhere } from './advice-tried-elsewhere';

// Apart from `advice.test.ts`, which needs an account: a test that was moved is missed here within seconds.
test.each(Object.entries(triedElsewhere))('%s: the test that is named is there', (_error, elsewhere) => {
  if ('why' in elsewhere) expect(elsewhere.why).toMatch(/./);
  else expect(readFileSync(join(__dirname, '..', elsewhere.test), 'utf8')).toContain(elsewhere.title);
});
