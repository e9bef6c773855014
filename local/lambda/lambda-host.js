// The process in which lambda-process.ts runs a function. Plain JavaScript, because it is started without a loader.
const { handler } = require(process.argv[2]);

process.on('message', async ({ id, event }) => {
  try {
    const value = await handler(event, { awsRequestId: `local-${id}`, getRemainingTimeInMillis: () => 30_000 });
    process.send({ id, value });
  } catch (error) {
    process.send({ id, error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  }
});
// Without its parent the function has nobody to serve.
process.on('disconnect', () => process.exit(0));
