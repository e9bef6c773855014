import { endedJobs, listJobs } from '../cli/jobs/job-list';
import { addEntries } from '../test/cli/jobs/many-jobs';
import { BUCKET, startWorld } from '../test/lambda/launch/fixture';
import { compare } from './measure';

const JOBS = 100_000;

/** The newest jobs by the index's order beside a listing of all, as without an order by time it would take. */
export async function benchJobList(rounds: number): Promise<void> {
  const world = await startWorld();
  try {
    addEntries(world.s3Service, JOBS);
    const store = { s3: world.s3, bucket: BUCKET };
    const newest = async () => void (await listJobs(store, { limit: 10 }));
    const all = async () => {
      for await (const _ of endedJobs(store, { limit: Number.POSITIVE_INFINITY }));
    };
    const ways = [
      { name: 'the newest ten by the index', run: newest },
      { name: 'a listing of all', run: all },
    ];
    await compare(`a list of ${JOBS.toLocaleString('en')} jobs`, ways, rounds);
  } finally {
    await world.close();
  }
}
