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
  'cp -r example/plain-files my-app': SESSIONS,
  'python3 -m zipfile -c words.zip my-app/input/first.txt my-app/input/second.txt': SESSIONS,
  'npx lambda-ec2 local run --app my-app --input words.zip': SESSIONS,
  'npx lambda-ec2 local up --app example': SESSIONS,
  'python3 -m zipfile -c may.zip example/input/sales.csv': SESSIONS,
  'npx lambda-ec2 submit may.zip --local --wait': SESSIONS,
  'npx lambda-ec2 list --local': SESSIONS,
  'npx lambda-ec2 show may --local': SESSIONS,
  'npx lambda-ec2 logs may --local': SESSIONS,
  'npx lambda-ec2 download may --local --out may-outputs': SESSIONS,
  'npx lambda-ec2 submit may.zip --local --id broken --set app_main=missing.py --wait': SESSIONS,
  'npx lambda-ec2 show broken --local': SESSIONS,
  "npx lambda-ec2 settings set ec2_timeout=30m --note 'long enough' --local": SESSIONS,
  'npx lambda-ec2 settings --local': SESSIONS,
  'npx lambda-ec2 rollback --local': SESSIONS,
  'npx lambda-ec2 rerun may --same --local --wait': SESSIONS,
  'npx lambda-ec2 submit may.zip --local --id june': SESSIONS,
  'npx lambda-ec2 stop june --local': SESSIONS,
  'npx lambda-ec2 status --local': SESSIONS,
  'npx lambda-ec2 doctor --local': SESSIONS,
  'npx lambda-ec2 ui --html jobs.html --local': SESSIONS,
};

/** Lines that the documents show because they fail, with the exit status that stands there. */
export const FAILS: Readonly<Record<string, number>> = {
  'npx lambda-ec2 submit may.zip --local --id broken --set app_main=missing.py --wait': 1,
};
