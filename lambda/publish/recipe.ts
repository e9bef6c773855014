/**
 * The ARN of the recipe that an image build version was made of: an image has its recipe's name and version ("Semantic
 * versioning in Image Builder", Image Builder User Guide).
 */
export function recipeOfBuild(buildArn: string): string {
  return buildArn.replace(/:image\/(.+)\/\d+$/, ':image-recipe/$1');
}

/** Whether a bake's recipe is the pipeline's, whose version may have an `x` that stands for any number. */
export function isSameRecipe(ofBake: string, ofPipeline: string): boolean {
  const [bakeName, bakeVersion] = splitVersion(ofBake);
  const [name, version] = splitVersion(ofPipeline);
  return bakeName === name && version.every((part, index) => part === 'x' || part === bakeVersion[index]);
}

function splitVersion(arn: string): [name: string, version: string[]] {
  const at = arn.lastIndexOf('/');
  return [arn.slice(0, at), arn.slice(at + 1).split('.')];
}
