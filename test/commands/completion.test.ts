import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { rememberJobs } from '../../cli/shared/known-jobs';
import { lambdaEc2, STATE } from './run-command';

let script: string;
beforeAll(async () => {
  const system = { isLocal: false, name: 'jobs' };
  rememberJobs(system, ['2026/may', '2026/june', 'a b', 'x:1'], path.join(STATE, 'known-jobs.json'));
  script = (await lambdaEc2(['completion', 'bash'])).stdout;
});

/** What bash would offer for a line, with the cursor at its end; it splits words at `=` and `:`. */
function offers(line: string): string[] {
  const program = `${script}
    compopt() { echo "compopt $*"; }
    COMP_LINE="$1" COMP_POINT=\${#1}
    _lambda_ec2
    [ \${#COMPREPLY[@]} = 0 ] || printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = { ...process.env, LAMBDA_EC2_STATE: STATE, LAMBDA_EC2_STACK: '' };
  return execFileSync('bash', ['-c', program, 'bash', line], { env, encoding: 'utf8' }).split('\n').filter(Boolean);
}

test.each<[string, string[]]>([
  ['lambda-ec2 do', ['download', 'doctor']],
  ['lambda-ec2 list --st', ['--status', '--stack']],
  ['lambda-ec2 list --status F', ['FAILED']],
  ['lambda-ec2 list --status=F', ['FAILED']],
  ['lambda-ec2 --json list --status RU', ['RUNNING']],
  ['lambda-ec2 show 2026/j', ['2026/june']],
  ['lambda-ec2 stop 2026/may 2026/', ['2026/may', '2026/june']],
  ['lambda-ec2 show a', ['a\\ b']],
  ['lambda-ec2 show x:', ['1']],
  ['lambda-ec2 submit --set app_re', ['compopt -o nospace', 'compopt -o nospace', 'app_ref=', 'app_requirements=']],
  ['lambda-ec2 submit ', ['compopt -o default']],
  ['lambda-ec2 local run --out ', ['compopt -o default']],
  ['lambda-ec2 completion ', ['bash', 'zsh', 'fish']],
  ['lambda-ec2 bake ca', ['cancel']],
  ['lambda-ec2 bake show ', []],
  ['lambda-ec2 complet', ['completion']],
  ['lambda-ec2 logs --local ', []],
  ['lambda-ec2 show "2026/m', ['2026/may']],
])('bash, %s', (line, found) => {
  expect(offers(line)).toEqual(found);
});

test('nothing that is typed is evaluated, and the script may be read twice', () => {
  expect(offers('lambda-ec2 show "$(echo 2026 >&2; exit 1)" `x` ')).toEqual([]);
  const twice = spawnSync('bash', ['-c', `${script}${script}`], { encoding: 'utf8' });
  expect([twice.status, twice.stderr]).toEqual([0, '']);
});

test('zsh and fish get the word whole, with what it means', async () => {
  const answer = async (...words: string[]) => (await lambdaEc2(['complete', 'zsh', '--', ...words])).stdout;
  expect(await answer('li')).toMatch(/^list\tlists jobs: .*\n$/);
  expect(await answer('list', '--status=F')).toBe('--status=FAILED\n');
  expect(await answer('submit', '')).toBe(':files\n');
});

// Which shells a machine has differs; bash, which the scripts of the instance need as well, is always there.
const has = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0;
(has('fish') ? test : test.skip)('fish offers what it is told', async () => {
  const { stdout } = await lambdaEc2(['completion', 'fish']);
  const fish = ['-c', `${stdout}\ncomplete -C 'lambda-ec2 doc'`];
  const said = execFileSync('fish', fish, { env: { ...process.env, LAMBDA_EC2_STATE: STATE }, encoding: 'utf8' });
  expect(said).toMatch(/^doctor\tlooks at all/);
});
(has('zsh') ? test : test.skip)('zsh can read the script', async () => {
  const { stdout } = await lambdaEc2(['completion', 'zsh']);
  expect(spawnSync('zsh', ['-fn'], { input: stdout, encoding: 'utf8' }).stderr).toBe('');
});

test('a shell that is not known is a mistake on the command line', async () => {
  const { code, stderr } = await lambdaEc2(['completion', 'tcsh']);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/bash, zsh, fish/)]);
});
