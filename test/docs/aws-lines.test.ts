import { DOCUMENTS } from './command-lines';
import { page } from './pages';

/** Pages for whoever operates a stack. The list of what only an account can show is no daily work, and needs both tools. */
const DAILY = DOCUMENTS.filter(
  (file) => /^(README\.md|(docs|example)\/)/.test(file) && file !== 'docs/verification.md',
);

/** The lines of the AWS CLI that the pages may have, each by a part of it, with why no command of ours is for that. */
const ALLOWED: Readonly<Record<string, string>> = {
  'aws s3 cp may.zip s3://BUCKET/app_runner/input/may.zip': 'any upload starts a job: shown once',
  'aws ssm start-session --target INSTANCE_ID': 'a look into a running instance: rare, and an interactive session',
  'aws logs tail --since 1h': "a function's log: only when an alarm of that function says so",
  'aws iam create-service-linked-role --aws-service-name imagebuilder.amazonaws.com': 'once in the life of an account',
  'aws iam create-service-linked-role --aws-service-name spot.amazonaws.com': 'once in the life of an account',
  'aws cloudformation list-stack-resources': 'names the log group for it',
};

/** Calls of the AWS CLI and of jq in code of a page: a service and a command are what makes `aws` one. */
function callsOf(text: string): string[] {
  const code = [...text.matchAll(/^ {4}.*$|^```[\s\S]*?^```|`[^`\n]+`/gm)].map(([part]) => part.replaceAll('`', ''));
  return code.flatMap((part) => part.match(/\baws [a-z0-9-]+ [a-z].*|(?:^|[|&;(] *|\s)jq (?:-|'|\.).*/gm) ?? []);
}

const strays = (text: string) =>
  callsOf(text).filter((call) => !Object.keys(ALLOWED).some((one) => call.startsWith(one)));

test.each(DAILY)('%s needs neither the AWS CLI nor jq for daily work', (file) => {
  expect(strays(page(file))).toEqual([]);
});

test('each line that is allowed stands in the pages, once', () => {
  const all = DAILY.flatMap((file) => callsOf(page(file)));
  for (const part of Object.keys(ALLOWED)) expect(all.filter((call) => call.includes(part))).toHaveLength(1);
});

test('a line that does daily work would be found', () => {
  const daily = [
    'aws s3 cp "s3://$(output JobBucketName)/app_runner/output/ID_status.json" -',
    'aws ec2 describe-instances --filters Name=tag:x,Values=y',
    'aws ec2 terminate-instances --instance-ids i-1',
    "lambda-ec2 show may --json | jq '.state'",
  ];
  for (const line of daily) {
    expect(strays(`Type\n\n    ${line}\n`)).toHaveLength(1);
    expect(strays(`Type \`${line}\`.`)).toHaveLength(1);
  }
});
