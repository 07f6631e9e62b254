import { exitCodes } from './exit-codes';
import { processHost } from './host';
import { run } from './run';

// Who reads the output may have seen enough (`… | head`): that is the end, and no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

void run(processHost(), process.argv.slice(2)).then((code) => {
  process.exitCode = code;
  // What was interrupted may still hold connections open.
  if (code === exitCodes.interrupted) process.exit();
});
