/** The input of every scheduled invocation: how a function knows one from the other events. */
export const SCHEDULE_EVENT = { source: 'lambda-ec2.schedule' };
