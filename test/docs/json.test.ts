import type { Command } from 'commander';
import { jsonSchema, RESULTS } from '../../build/json-schemas';
import { lambdaEc2 } from '../../cli/program';

/** The command of these words, if there is one. */
const find = (words: string[]) =>
  words.reduce<Command | undefined>(
    (command, word) => command?.commands.find((sub) => sub.name() === word) as Command | undefined,
    lambdaEc2(),
  );

test.each(RESULTS)('the schema %s begins with the command that prints it', (name) => {
  const { description = '' } = JSON.parse(jsonSchema(name)) as { description?: string };
  expect(description).toMatch(/^`[a-z -]+ --json`/);
  for (const [, words = ''] of description.matchAll(/`([a-z -]+?)(?: --missing)? --json`/g))
    expect({ words, isCommand: find(words.split(' ')) !== undefined }).toEqual({ words, isCommand: true });
});
