import { rawTemplate, resourcesOf, theResource } from './synth';

const { Properties } = theResource(rawTemplate({ name: 'nightly', dashboard: true }), 'AWS::CloudWatch::Dashboard');
const body = (Properties.DashboardBody['Fn::Join'][1] as unknown[])
  .map((part) => (typeof part === 'string' ? part : 'X'))
  .join('');
const widgets = JSON.parse(body).widgets as { properties: { title: string } }[];
const graph = (title: string) => JSON.stringify(widgets.find(({ properties }) => properties.title === title));

test('there is none unless the settings ask for one', () => {
  expect(resourcesOf(rawTemplate(), 'AWS::CloudWatch::Dashboard')).toEqual([]);
});

test('the dashboard has the name of the stack', () => {
  expect(Properties.DashboardName).toBe('nightly');
});

test('it shows jobs by outcome and failures by reason', () => {
  expect(graph('Jobs')).toContain('JobsSucceeded');
  expect(graph('Jobs')).toContain('JobsFailed');
  expect(graph('Failed jobs by reason')).toMatch(/SEARCH.*Reason.*JobsFailed/);
});

test('it shows the phases by template version, the instance hours and what waits', () => {
  expect(graph('Phases, seconds by template version')).toMatch(/SEARCH.*Phase.*TemplateVersion.*PhaseSeconds/);
  expect(graph('Instance hours a day')).toContain('InstanceHours');
  expect(graph('Queue')).toContain('ApproximateAgeOfOldestMessage');
  expect(graph('Queue')).toContain('JobsWaiting');
});
