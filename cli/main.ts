import { exitCodes } from './exit-codes';
import { processHost } from './host';
import { run } from './run';

void run(processHost(), process.argv.slice(2)).then((code) => {
  process.exitCode = code;
  // What was interrupted may still hold connections open.
  if (code === exitCodes.interrupted) process.exit();
});
