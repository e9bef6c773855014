import type { DeliveredEvent } from 'aws-emulator/eventbridge/delivered-event';
import { jobEndedSchema } from '../../contract/job-ended';
import { LocalJob, useLocalMachine, WRITE_OUTPUT } from './local-job';

const machine = useLocalMachine();

test('each job that ends is an event, as its record says it', async () => {
  const told: DeliveredEvent[] = [];
  machine().services.events.on('event', (event) => told.push(event));
  const job = new LocalJob(machine());
  job.commit({ 'main.py': `${WRITE_OUTPUT}\nwrite_output('done')` });
  await job.configure();
  const { status } = await job.run('may');
  await machine().finished();

  const details = told.map(({ detail }) => jobEndedSchema.parse(detail));
  expect(details).toHaveLength(1);
  const { state, cost_estimate_usd, attempt, instance_id, input_version, started, ended } = status;
  const same = { state, cost_estimate_usd, attempt, instance_id, input_version, started, ended };
  expect(details[0]).toMatchObject({ ...same, job_id: 'may', bucket: machine().bucket, stack: 'lambda-ec2' });
  expect(details[0]?.seconds).toBeGreaterThan(0);
  await job.close();
});
