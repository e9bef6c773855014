import path from 'node:path';
import { lambdaEc2 } from '../cli/program';
import { cpuOfProgram, STARTS } from './command';
import { type Timed, timeWays } from './measure';

const ROOT = path.join(__dirname, '..');
const COMMAND = path.join(ROOT, 'bin/lambda-ec2.js');
const CDK = path.join(ROOT, 'node_modules/aws-cdk/bin/cdk');

/** The CPU of what people start: the command, each of its commands with `--help`, and a synthesis with all its checks. */
export async function measureTools(dir: string, rounds: number): Promise<Timed[]> {
  const program = lambdaEc2();
  const names = program
    .createHelp()
    .visibleCommands(program)
    .map((command) => command.name())
    .filter((name) => name !== 'help');
  const ways = [
    ...STARTS.map(([name, words]) => ({ name, run: () => cpuOfProgram(words) })),
    ...names.map((name) => ({
      name: `lambda-ec2 ${name} --help`,
      run: () => cpuOfProgram([process.execPath, COMMAND, name, '--help']),
    })),
    {
      name: 'cdk synth',
      run: () => cpuOfProgram([process.execPath, CDK, 'synth', '--quiet', '--output', path.join(dir, 'cdk.out')]),
    },
  ];
  return timeWays(ways, rounds);
}
