import { createHash } from 'node:crypto';
import { PACKAGES_PREFIX } from './keys';

/** An object that the setting `app_packages` can name. */
export interface PackageList {
  /** Its key in the job bucket: the same list has the same one. */
  key: string;
  /** `name==version` on a line each. */
  text: string;
}

/**
 * The list of the packages that a status tells (`packages`), to be put into the job bucket before a launch template
 * version names its key. An editable package without a version is left out, as the runner would leave it out: it comes
 * from the app's own commit.
 */
export function packageList(packages: readonly string[]): PackageList {
  const lines = packages.filter((one) => /^[^=\s]+==[^=\s]+$/.test(one));
  const text = [...new Set(lines)]
    .sort()
    .map((line) => `${line}\n`)
    .join('');
  return { key: `${PACKAGES_PREFIX}${createHash('sha256').update(text).digest('hex')}.txt`, text };
}
