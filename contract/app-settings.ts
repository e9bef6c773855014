import { RULES, type Rule, type SettingKind } from './app-rules';

/** A setting of the app. What it is for is also its comment in settings.yaml. */
export interface AppSetting {
  kind: SettingKind;
  /** What the runner takes when the tag is missing or empty. Without one, the setting must be given. */
  default?: string;
  /** What settings.yaml shows of a setting without a default. */
  example?: string;
  about: string;
  /** Most people leave it as it is: it stands in the second part of settings.yaml. */
  rare?: true;
}

/**
 * The settings that travel as instance tags of a launch template version, each under its own name.
 *
 * The only list of them: types, schema, tags and commands read it, and `npm run contract` writes the runner's copy and
 * their lines of settings.yaml. Their order is that of settings.yaml; of two that name one file, the later is the wrong
 * one.
 */
export const APP_SETTINGS = {
  app_url: {
    kind: 'url',
    example: 'https://example.com/your-team/your-app.git',
    about: 'https, http, ssh or file URL, or git@host:path. Never with a password or token in it: see app_credentials.',
  },
  app_ref: { kind: 'ref', default: 'HEAD', about: 'branch, tag or full commit id' },
  app_main: {
    kind: 'main',
    default: 'main.py',
    about: "what is run, or -m my.module; paths are relative to the app's root",
  },
  app_args: { kind: 'arguments', default: '', about: 'its arguments, with quotes as in a shell; nothing is expanded' },
  app_requirements: {
    kind: 'path',
    default: 'requirements.txt',
    about: 'baked into the image, installed at run time when it changed since',
  },
  app_in_zip: { kind: 'path', default: 'input.zip', about: 'where the app finds its input' },
  app_out_zip: { kind: 'path', default: 'output.zip', about: 'where it leaves its output' },
  app_log: { kind: 'path', default: 'app.log', about: 'its log, uploaded while it runs' },
  ec2_timeout: {
    kind: 'duration',
    default: '1h',
    about: '60s, 15m, 8h; then the app is stopped and the instance ends',
  },
  app_credentials: {
    kind: 'credentials',
    default: '',
    about:
      'For a private repository: a Secrets Manager secret, or ssm:/name of a SecureString. What it may hold is in ' +
      'docs/operating.md. Told to the server of app_url alone, so its private submodules must be there too.',
  },
  python_version: { kind: 'python_version', default: '3.6', about: '3.6 or newer' },
  app_packages: {
    kind: 'package_list',
    default: '',
    about:
      'To repeat an earlier run: the key of a text in the job bucket, below app_runner/packages/, with the package ' +
      'versions it had, name==version on a line each. Mostly left empty.',
    rare: true,
  },
  app_aws_access: {
    kind: 'boolean',
    default: 'false',
    about: "true: the app may use the instance role's credentials",
    rare: true,
  },
  pip_config: {
    kind: 'secret',
    default: '',
    about:
      "For private packages: a secret as app_credentials, or a field of its JSON (my-secret#field), whose text is pip's " +
      'configuration: index-url = https://user:password@host/simple. For the job and the bake.',
    rare: true,
  },
  http_proxy: {
    kind: 'proxy',
    default: '',
    about:
      'http://host:port of the proxy through which bakes, git (https), pip, the app and secrets reach the world. S3 and ' +
      'the instance metadata are reached without it: see docs/network.md. Empty: none.',
    rare: true,
  },
  no_proxy: {
    kind: 'host_list',
    default: '',
    about: 'host.example.com,.example.org,10.0.0.0/8: also without it',
    rare: true,
  },
} as const satisfies Readonly<Record<string, AppSetting>>;

export type AppSettingName = keyof typeof APP_SETTINGS;
export const APP_SETTING_NAMES = Object.keys(APP_SETTINGS) as AppSettingName[];

/** Whether a name is that of a setting of the app. */
export function isAppSetting(name: string): name is AppSettingName {
  return Object.hasOwn(APP_SETTINGS, name);
}

/** One setting, with what only some have. */
export function appSetting(name: AppSettingName): AppSetting {
  return APP_SETTINGS[name];
}

/**
 * What a setting's value must obey, wherever it comes from: settings.yaml, `lambda-ec2 override` or hand-written tags.
 */
export function ruleOf(name: AppSettingName): Rule {
  return RULES[APP_SETTINGS[name].kind];
}
