// Loaded into a command by NODE_OPTIONS: Ctrl-C at the very moment at which the first word of its result is out.
const { write } = process.stdout;
process.stdout.write = (...args) => {
  process.stdout.write = write;
  const more = write.apply(process.stdout, args);
  process.kill(process.pid, 'SIGINT');
  return more;
};
