import { ServiceError } from 'aws-emulator/protocol/error';
import { schema } from '../../cli/json/purge';
import { type Account, aHealthyAccount, refuse } from './healthy-account';
import { lambdaEc2 } from './run-command';

const NAME = 'nightly';
const BUILD = 'arn:aws:imagebuilder:eu-west-1:123456789012:image/nightly/1.0.0/1';
const BUCKET = 'nightly-storagebucket5cb7c8ea-abcdefghijkl';
const HANDLER_LOG = '/aws/lambda/nightly-BucketNotificationsHandler050a0587b75-Abc';

let account: Account;
/** What was removed, as the requests name it. */
let removed: string[];
let versions: { Key: string; VersionId: string }[];

beforeEach(async () => {
  account = await aHealthyAccount('https://example.com/app.git', 'whoever deploys');
  removed = [];
  versions = [
    { Key: 'app_runner/input/a.zip', VersionId: '1' },
    { Key: 'app_runner/input/a.zip', VersionId: '2' },
  ];
  const gone = (id: string) => {
    removed.push(id);
    return {};
  };
  Object.assign(account.answers, {
    DescribeImages: ({ Filters }: { Filters: { Name: string; Values: string[] }[] }) => {
      expect(Filters).toEqual([{ Name: 'tag:lambda-ec2:stack', Values: [NAME] }]);
      return { Images: [{ ImageId: 'ami-1' }] };
    },
    ListImages: () => ({
      imageVersionList: [
        { arn: BUILD.slice(0, -2), name: NAME },
        { arn: 'another', name: 'nightly-two' },
      ],
    }),
    ListImageBuildVersions: ({ imageVersionArn }: { imageVersionArn: string }) => ({
      imageSummaryList: [{ arn: `${imageVersionArn}/1` }],
    }),
    DescribeLogGroups: ({ logGroupNamePrefix }: { logGroupNamePrefix: string }) => ({
      logGroups: ['/aws/imagebuilder/nightly-0123abcd', '/aws/imagebuilder/nightly-two-0123abcd', HANDLER_LOG]
        .filter((name) => name.startsWith(logGroupNamePrefix))
        .map((logGroupName) => ({ logGroupName })),
    }),
    ListBuckets: () => ({ Buckets: [{ Name: BUCKET }, { Name: 'nightly-two-storagebucket5cb7c8ea-abcdefghijkl' }] }),
    DeregisterImage: ({
      ImageId,
      DeleteAssociatedSnapshots,
    }: {
      ImageId: string;
      DeleteAssociatedSnapshots: boolean;
    }) => gone(`${ImageId} ${DeleteAssociatedSnapshots}`),
    DeleteImage: ({ imageBuildVersionArn }: { imageBuildVersionArn: string }) => gone(imageBuildVersionArn),
    DeleteLogGroup: ({ logGroupName }: { logGroupName: string }) => gone(logGroupName),
    ListObjectVersions: () => ({ Versions: versions.splice(0, 1), DeleteMarkers: [] }),
    DeleteObjects: ({ Delete }: { Delete: { Objects: { Key: string; VersionId: string }[] } }) =>
      gone(Delete.Objects.map(({ Key, VersionId }) => `${Key} ${VersionId}`).join()),
    DeleteBucket: ({ Bucket }: { Bucket: string }) => gone(Bucket),
  });
});
afterEach(() => account.close());

const purge = (...args: string[]) => lambdaEc2(['purge', '--stack', NAME, ...args], { env: account.environment });

test('it removes what the deleted stack left, and neither the bucket nor what belongs to a stack of a longer name', async () => {
  const { code, stdout, stderr } = await purge('-y');
  expect([code, stderr]).toEqual([0, expect.stringContaining('AMI ami-1, with its snapshots')]);
  expect(removed).toEqual(['ami-1 true', BUILD, '/aws/imagebuilder/nightly-0123abcd', HANDLER_LOG]);
  expect(stdout).toContain(`the bucket ${BUCKET} stays`);
});

test('the bucket goes by its name alone, with every version in it', async () => {
  const { code, stdout } = await purge('-y', '--json', '--bucket', BUCKET);
  expect(code).toBe(0);
  expect(removed.slice(-3)).toEqual(['app_runner/input/a.zip 1', 'app_runner/input/a.zip 2', BUCKET]);
  expect(schema.parse(JSON.parse(stdout))).toMatchObject({ stack: NAME, failed: [], found: { buckets: [BUCKET] } });
  const other = await purge('-y', '--bucket', 'somebody-elses');
  expect([other.code, other.stderr]).toEqual([5, expect.stringContaining(`there is ${BUCKET}`)]);
});

test('a name that CloudFormation has cut is no other stack of that name', async () => {
  const stack = 'lambda-ec2-production-of-the-old-days';
  const [other, cut] = ['lambda-ec2-production', 'lambda-ec2-production-of-the'].map(
    (beginning) => `${beginning}-storagebucket5cb7c8ea-abcdefghijkl`,
  ) as [string, string];
  Object.assign(account.answers, {
    DescribeImages: () => ({ Images: [] }),
    ListBuckets: ({ BucketRegion }: { BucketRegion: string }) => {
      expect(BucketRegion).toBe('eu-west-1');
      return { Buckets: [{ Name: other }, { Name: cut }] };
    },
    GetBucketTagging: ({ Bucket }: { Bucket: string }) => ({
      TagSet: [{ Key: 'aws:cloudformation:stack-name', Value: Bucket === cut ? stack : 'lambda-ec2-production' }],
    }),
  });
  const { stdout } = await lambdaEc2(['purge', '--stack', stack, '-y', '--json'], { env: account.environment });
  expect(schema.parse(JSON.parse(stdout)).found.buckets).toEqual([cut]);
});

test('without a terminal it asks for -y, and removes nothing', async () => {
  const { code, stderr } = await purge();
  expect([code, removed]).toEqual([2, []]);
  expect(stderr).toContain('give -y to say yes');
});

test('a stack that is there is left alone', async () => {
  const { code, stderr } = await lambdaEc2(['purge', '-y'], { env: account.environment });
  expect([code, removed]).toEqual([2, []]);
  expect(stderr).toContain('the stack jobs is UPDATE_COMPLETE');
  expect(stderr).toContain('npx cdk destroy');
});

test('what cannot be removed is named, and the rest goes all the same', async () => {
  account.answers.DeregisterImage = () => {
    throw new ServiceError('InvalidAMIID.Unavailable', 'it is in use', 400);
  };
  const { code, stdout } = await purge('-y');
  expect([code, removed]).toEqual([1, [BUILD, '/aws/imagebuilder/nightly-0123abcd', HANDLER_LOG]]);
  expect(stdout).toContain('ami-1 could not be removed: ');
});

test('nothing is removed of which only a part could be listed', async () => {
  account.answers.ListImages = refuse;
  const { code } = await purge('-y');
  expect([code, removed]).toEqual([4, []]);
});
