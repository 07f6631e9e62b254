import { exitCodes } from './exit-codes';
import { processHost } from './host';
import { run } from './run';

// A word of the AWS SDK for who writes programs, on every command: the documentation says which Node.js is needed.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

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
