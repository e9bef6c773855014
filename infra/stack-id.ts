import { Aws, Fn } from 'aws-cdk-lib';

/** Eight digits of the stack's id, which no later stack of the same name has: `arn:...:stack/NAME/UUID`. */
export function idOfThisStack(): string {
  return Fn.select(0, Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID))));
}
