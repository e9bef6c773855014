// A function's first call in a process of its own, as a cold start has it. Plain JavaScript, because a loader would count.
const { handler } = require(process.argv[2]);

handler(JSON.parse(process.argv[3]), { getRemainingTimeInMillis: () => 30_000 });
