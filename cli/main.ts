import { processHost } from './host';
import { run } from './run';

void run(processHost(), process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
