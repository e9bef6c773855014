import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { lambdaEc2 } from '../../cli/program';

const CLI = path.join(__dirname, '..', '..', 'cli');

/** What says a verb of ours without being about the system that the caller has named. */
const OTHERS = [
  // Answers to a wrong command, which get the options of the caller as a whole.
  'commands/',
  // Names the option itself.
  'doctor/credentials.ts: lambda-ec2 doctor --profile NAME',
  'local/local-up.ts: lambda-ec2 submit INPUT.zip --local',
  'local/local-up.ts: lambda-ec2 list --local',
  // No line to paste.
  'ui/admit.ts: lambda-ec2 ui has printed',
];

test('a command that is printed repeats the options of the caller', () => {
  const verbs = lambdaEc2()
    .commands.flatMap((command) => [command.name(), ...command.aliases()])
    .filter((name) => name !== 'local');
  const line = new RegExp(`lambda-ec2 (?:${verbs.join('|')})\\b[^\`']*`, 'g');
  const files = readdirSync(CLI, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const found = files.flatMap((name) => {
    const code = readFileSync(path.join(CLI, name), 'utf8').replace(/^\s*(?:\/?\*|\/\/).*$/gm, '');
    return [...code.matchAll(line)].map(([words]) => `${name}: ${words}`);
  });
  // commandLine and jobLine do it.
  expect(found.filter((one) => !OTHERS.some((other) => one.startsWith(other)))).toEqual([]);
});
