// The runtime of one function instance: a process of its own that loads the deployed bundle and answers one event at
// a time, as Lambda's Node.js runtime does. It ends with the region.
const { pathToFileURL } = require('node:url');

process.once('disconnect', () => process.exit(0));

const [, , file, exportName] = process.argv;

function describe(error) {
  const known = error instanceof Error;
  return {
    errorType: known ? error.name : 'Error',
    errorMessage: known ? error.message : String(error),
    trace: known && error.stack ? error.stack.split('\n') : [],
  };
}

async function main() {
  const loaded = await import(pathToFileURL(file).href);
  const handler = loaded[exportName] ?? loaded.default?.[exportName];
  if (typeof handler !== 'function') throw new Error(`${file} does not export ${exportName}`);
  process.on('message', ({ id, event, context, deadline }) => {
    const lambdaContext = { ...context, getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()) };
    Promise.resolve()
      .then(() => handler(event, lambdaContext))
      .then(
        (result) => process.send({ id, result: result === undefined ? null : result }),
        (error) => process.send({ id, error: describe(error) }),
      );
  });
  process.send({ ready: true });
}

main().catch((error) => {
  process.send({ initError: describe(error) }, () => process.exit(1));
});
