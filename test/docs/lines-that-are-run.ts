/** Runs the lines of the documents as they stand there. */
export const SESSIONS = 'test/commands/documents.test.ts';

/** Every command line of the guides that is run without an AWS account, with the test that runs it. */
export const RUN: Readonly<Record<string, string>> = {
  'npm start': 'test/fresh/cases.ts',
  'npm cit': 'test/fresh/cases.ts',
  'npx lambda-ec2 local run --app /path/to/your-app --input may.zip': SESSIONS,
  'npx lambda-ec2 local up': 'test/commands/local-up.test.ts',
  'npx lambda-ec2 local bake': 'test/commands/local-bake.test.ts',
  'python3 -m zipfile -c input.zip input/sales.csv': SESSIONS,
  'python3 -m venv venv && venv/bin/pip install -r requirements.txt': SESSIONS,
  'venv/bin/python main.py': SESSIONS,
  'python3 -m zipfile -c input.zip input/first.txt input/second.txt input/arguments.txt': SESSIONS,
  'python3 main.py': SESSIONS,
  'npx lambda-ec2 local run --app example/plain-files --input example/plain-files/input.zip': SESSIONS,
};
