import * as z from 'zod/mini';

const version = z.pipe(z.string().check(z.regex(/^[0-9]{1,9}$/)), z.transform(Number));
const properties = z.looseObject({ LatestVersionNumber: version, RecipeArn: z.string() });
const common = {
  ResponseURL: z.string(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.optional(z.string()),
};
const requestSchema = z.discriminatedUnion('RequestType', [
  z.looseObject({ ...common, RequestType: z.literal('Create'), ResourceProperties: properties }),
  z.looseObject({
    ...common,
    RequestType: z.literal('Update'),
    ResourceProperties: properties,
    OldResourceProperties: properties,
  }),
  z.looseObject({ ...common, RequestType: z.literal('Delete') }),
]);

/** What CloudFormation asks ("Custom resource request objects", CloudFormation User Guide). */
export type CustomResourceRequest = z.output<typeof requestSchema>;

/** A request of a deploy, or of the roll-back of one. */
export type DeployRequest = Exclude<CustomResourceRequest, { RequestType: 'Delete' }>;

/** Throws an Error with one sentence for a request that this function was not made for. */
export function parseRequest(event: unknown): CustomResourceRequest {
  const parsed = requestSchema.safeParse(event);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`the request to lambda/publish is not in order: ${issue?.path.join('.')}: ${issue?.message}`);
}
