import { existsSync } from 'node:fs';
import path from 'node:path';
import { Command, CommanderError } from 'commander';
import { lambdaEc2 } from '../../cli/program';
import { addGlobals, jsonAsAsked } from '../../cli/shared/globals';
import { calls, commandLines, DOCUMENTS, GUIDES, mentions } from './command-lines';
import { RUN } from './lines-that-are-run';

/** The command line with everything but what its commands do. */
function parser(): Command {
  const program = addGlobals(new Command('lambda-ec2'))
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  // Without the guesses of other names, which are refused.
  for (const command of lambdaEc2().createHelp().visibleCommands(lambdaEc2()))
    program.addCommand(idle(command as Command));
  return program;
}

function idle(command: Command): Command {
  for (const sub of command.commands) idle(sub as Command);
  command.configureOutput({ writeErr: () => {}, writeOut: () => {} });
  // One that has only commands below it, and no action of its own, answers with its help.
  return '_actionHandler' in command && command._actionHandler === null ? command : command.action(() => {});
}

/** What the command line answers to these words when they are wrong. */
function refusal(words: string[]): CommanderError | undefined {
  try {
    parser().parse(jsonAsAsked(words), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? undefined : error;
  }
  return undefined;
}

const problems = (all: string[][], allowed: string[] = []) =>
  all.flatMap((words) => {
    const error = refusal(words);
    return error && !allowed.includes(error.code) ? [`lambda-ec2 ${words.join(' ')}: ${error.message}`] : [];
  });

test.each(DOCUMENTS)('every call of lambda-ec2 in %s is one that the command line takes', (file) => {
  expect(problems(calls(file))).toEqual([]);
  const nameAlone = ['commander.help', 'commander.missingArgument', 'commander.missingMandatoryOptionValue'];
  expect(problems(mentions(file), nameAlone)).toEqual([]);
});

test('a call that it does not take would be found', () => {
  const wrong = [['sumbit', 'may.zip'], ['bake', '--wiat'], ['upload', 'may.zip'], ['override'], ['local', 'run']];
  expect(problems(wrong)).toHaveLength(wrong.length);
});

test('every command line is run by a test, or in a block that is marked as needing an AWS account', () => {
  const loose = GUIDES.flatMap(commandLines).filter(({ line, account }) => !account && !(line in RUN));
  expect(loose.map(({ file, line }) => `${file}: ${line}`)).toEqual([]);
});

test('every line of the list of those that are run stands in a document', () => {
  const lines = new Set(GUIDES.flatMap(commandLines).map(({ line }) => line));
  expect(Object.keys(RUN).filter((line) => !lines.has(line))).toEqual([]);
  expect(Object.values(RUN).filter((file) => !existsSync(path.join(__dirname, '../..', file)))).toEqual([]);
});
