import type { BakeResult } from '../json/bake';
import type { BakeReport } from './bake-report';

/** A bake, with what was looked up of it, as `--json` has it. */
export function bakeResult(report: BakeReport): BakeResult {
  const { imageId: image_id, logGroup: log_group, templateVersion: found, failedStep: failed_step, ...rest } = report;
  const template_version = found && {
    number: found.number,
    is_default: found.isDefault,
    default_number: found.defaultNumber,
  };
  return { ...rest, image_id, log_group, template_version, failed_step };
}
