import { aws_cloudwatch as cloudwatch, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Settings } from '../contract/settings';
import { NAMESPACE } from '../lambda/metrics/emf';
import type { JobFunction } from './job-function';
import type { JobQueue } from './job-queue';

export interface JobDashboardProps {
  settings: Settings;
  jobQueue: JobQueue;
  functions: Record<string, JobFunction>;
  /** One for every time that a job was told to wait. */
  waits: cloudwatch.Metric;
}

/** One page: how jobs end, how long their phases take by template version, what waits, and what it costs in hours. */
export class JobDashboard extends Construct {
  constructor(scope: Construct, id: string, { settings, jobQueue, functions, waits }: JobDashboardProps) {
    super(scope, id);
    const metric = (metricName: string, statistic: string, period: Duration, label: string) =>
      new cloudwatch.Metric({
        namespace: NAMESPACE,
        metricName,
        dimensionsMap: { Stack: settings.name },
        statistic,
        period,
        label,
      });
    const hour = Duration.hours(1);
    const day = Duration.days(1);
    const graph = (title: string, left: cloudwatch.IMetric[], more: Partial<cloudwatch.GraphWidgetProps> = {}) =>
      new cloudwatch.GraphWidget({ title, left, width: 12, height: 6, liveData: true, ...more });
    const minimum = { leftYAxis: { min: 0 } };

    new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: settings.name,
      defaultInterval: Duration.days(7),
      widgets: [
        [
          graph(
            'Jobs',
            [metric('JobsSucceeded', 'Sum', hour, 'succeeded'), metric('JobsFailed', 'Sum', hour, 'failed')],
            {
              stacked: true,
            },
          ),
          graph('Failed jobs by reason', [search(settings.name, ['Reason'], 'JobsFailed', 'Sum', hour)], {
            stacked: true,
          }),
        ],
        [
          graph(
            'Phases, seconds by template version',
            [search(settings.name, ['Phase', 'TemplateVersion'], 'PhaseSeconds', 'p50', hour)],
            minimum,
          ),
          graph('Instance hours a day', [metric('InstanceHours', 'Sum', day, 'instance hours')], minimum),
        ],
        [
          graph(
            'Queue',
            [
              jobQueue.queue.metricApproximateAgeOfOldestMessage({
                statistic: 'Maximum',
                label: 'oldest message, seconds',
              }),
            ],
            {
              ...minimum,
              right: [
                jobQueue.queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', label: 'messages' }),
                waits.with({ statistic: 'Sum', label: 'told to wait' }),
                jobQueue.deadLetters.metricNumberOfMessagesReceived({ statistic: 'Sum', label: 'dead letters' }),
              ],
            },
          ),
          graph(
            'Functions, errors',
            Object.entries(functions).map(([label, { lambda: target }]) => target.metricErrors({ label })),
            minimum,
          ),
        ],
        [
          graph(
            'Days',
            [
              metric('ImageAgeDays', 'Maximum', day, 'age of the image'),
              metric('DaysSinceSuccess', 'Maximum', day, 'since a success'),
            ],
            minimum,
          ),
        ],
      ],
    });
  }
}

/** One line for each combination of the further dimensions that there is. */
function search(
  stack: string,
  dimensions: string[],
  metricName: string,
  statistic: string,
  period: Duration,
): cloudwatch.MathExpression {
  const schema = [NAMESPACE, 'Stack', ...dimensions].map((name) => `"${name}"`).join(',');
  const query = `{${schema}} "Stack"="${stack}" MetricName="${metricName}"`;
  return new cloudwatch.MathExpression({
    expression: `SEARCH('${query}', '${statistic}', ${period.toSeconds()})`,
    usingMetrics: {},
    label: dimensions.map((name) => `\${PROP('Dim.${name}')}`).join(' '),
    period,
  });
}
