/**
 * The options of pip that a machine's own configuration may set for a job: what says how packages are reached. Every
 * other one would change what pip installs or where to, which is the app's to say.
 *
 * Source: pip's reference, https://pip.pypa.io/en/stable/cli/pip_install/
 */
export const PIP_HANDED_DOWN = [
  'index-url',
  'pypi-url',
  'extra-index-url',
  'find-links',
  'no-index',
  'trusted-host',
  'proxy',
  'cert',
  'client-cert',
  'keyring-provider',
  'timeout',
  'default-timeout',
  'retries',
] as const;
