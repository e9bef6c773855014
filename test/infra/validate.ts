import { createRequire } from 'node:module';
import type { RawTemplate } from './synth';

/** The part of the package that is used; it has no types where it lies. */
interface CloudFormationValidate {
  CompositeEngine: new () => { validateTemplate(template: object, config: object): { diagnostics: Diagnostic[] } };
  TemplateContent: new (content: string) => object;
}

interface Diagnostic {
  ruleId: string;
  severity: string;
  message: string;
  entity?: { logicalId: string };
  propertyPath?: string;
}

/** AWS's own rules and resource schemas for CloudFormation, which aws-cdk-lib brings along. */
const { CompositeEngine, TemplateContent }: CloudFormationValidate = createRequire(require.resolve('aws-cdk-lib'))(
  '@aws/cloudformation-validate',
);

/**
 * What it says of a template that is of no consequence: CDK names a dependency that a reference is already, and the ARN
 * of a customer's own key or bucket, and a zone, stand in the template as the settings have them.
 */
const HARMLESS = ['W3005', 'W3010', 'W9002', 'W9013'];

let engine: InstanceType<CloudFormationValidate['CompositeEngine']> | undefined;

/** What AWS's validator finds wrong in a template, warnings included, a line each. */
export function findings(template: RawTemplate): string[] {
  // Made once, because its rules are compiled.
  engine ??= new CompositeEngine();
  const config = { severityLevel: 'WARN', detailLevel: 'STANDARD', exclude: { ids: HARMLESS } };
  const { diagnostics } = engine.validateTemplate(new TemplateContent(JSON.stringify(template)), config);
  return diagnostics.map(
    ({ severity, ruleId, message, entity, propertyPath }) =>
      `${severity} ${ruleId} ${entity?.logicalId}/${propertyPath}: ${message}`,
  );
}
