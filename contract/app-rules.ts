import { hasControlCharacter } from './control-characters';
import { DURATION_FORMAT, parseDuration } from './duration';
import { PACKAGES_PREFIX } from './keys';
import { MAX_TAG_VALUE } from './tags';
import { variableName, variableValue } from './variable-rules';

/** The longest `ec2_timeout`. The guard and the instance's own timers both count on there being one. */
export const MAX_TIMEOUT_SECONDS = 7 * 86_400;
/** What an instance gets after `ec2_timeout` for booting, uploading and ending, in seconds. */
export const GRACE_SECONDS = 180;
/**
 * What an instance gets after `ec2_timeout` before the guard ends it: the grace, and twenty minutes on top. The runner
 * counts from its own start, which is a boot later than the launch, and the image's own last resort looks every five
 * minutes, first after ten. The guard comes after all of these.
 */
export const INSTANCE_MARGIN_SECONDS = GRACE_SECONDS + 1200;
/** How often the guard looks for instances past their deadline. */
export const SWEEP_SECONDS = 300;

/** What is allowed, as the end of a sentence, when the value is not; undefined when it is. */
export type Rule = (value: string) => string | undefined;

/**
 * One rule for each kind of app setting. The runner has the same once more, for a launch template version that somebody
 * wrote by hand. Plain functions, so that the Lambda functions can use them cheaply.
 */
export const RULES = {
  text,
  url: (value) => text(value) ?? url(value),
  ref: (value) => text(value) ?? ref(value),
  path: (value) => text(value) ?? path(value),
  main: (value) => text(value) ?? main(value),
  arguments: (value) => text(value) ?? args(value),
  duration,
  credentials: (value) => text(value) ?? credentials(value),
  python_version: pythonVersion,
  package_list: (value) => text(value) ?? packageList(value),
  proxy: (value) => text(value) ?? proxy(value),
  host_list: (value) => text(value) ?? hostList(value),
  secret: (value) => text(value) ?? secret(value),
  variable: (value) => text(value) ?? variableValue(value),
  variable_name: variableName,
  boolean: (value) => (value === 'true' || value === 'false' ? undefined : 'use true or false'),
} satisfies Readonly<Record<string, Rule>>;

/**
 * `text`: whatever fits a tag. `path`: a file of the app that no other setting names. `main`: such a file, or a module.
 * `secret`: a secret as in `credentials`, or one field of its JSON.
 */
export type SettingKind = keyof typeof RULES;

/** Whether a value is text although YAML may see a number: `python_version: 3.10`, a commit id of digits. */
export const MAY_LOOK_LIKE_NUMBER: Readonly<Record<SettingKind, boolean>> = {
  text: true,
  url: false,
  ref: true,
  path: false,
  main: false,
  arguments: true,
  duration: false,
  credentials: true,
  python_version: true,
  package_list: false,
  proxy: false,
  host_list: false,
  secret: true,
  variable: true,
  variable_name: true,
  boolean: false,
};

/** What is said of a URL that carries a secret. */
const SECRET_IN_URL =
  'a user name, password or token in app_url would be readable in tags and logs: put it into a Secrets Manager secret ' +
  'or an SSM SecureString, name that in app_credentials (my-secret or ssm:/my/parameter), and leave app_url without it';

/**
 * A URL as it may be shown: with whatever stands before the @ and in the query taken out, also where something stands
 * before the URL, as a quote or a space that does not belong there.
 */
export function redactUrl(value: string): string {
  const beginning = /^[^@]*?\/\//.exec(value)?.[0];
  if (!beginning) return value.replace(/.*:.*@/s, '***@');
  const [rest, query] = value.slice(beginning.length).split(/[?#]/, 2) as [string, string?];
  const at = rest.lastIndexOf('@');
  return `${beginning}${at < 0 ? rest : `***${rest.slice(at)}`}${query === undefined ? '' : '?***'}`;
}

function text(value: string): string | undefined {
  if (hasControlCharacter(value)) return 'take the control characters (line breaks, tabs) out';
  if (value.length > MAX_TAG_VALUE) return `at most ${MAX_TAG_VALUE} characters, because it travels as an instance tag`;
  return undefined;
}

/** With the one space of Unicode that JavaScript does not count as one and Python does. */
const SPACE = /[\s\x85]/;

const URL_FORMS = 'use https://host/repo.git, ssh://git@host/repo.git, git@host:repo.git or file:///path';

/** The server of a URL and its port. No more than what every parser of URLs takes for the same server. */
const SERVER =
  /^(?:https?|ssh):\/\/(?:[^/@]*@)?(?:[\w.\x80-\uffff][\w.\x80-\uffff-]*|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?(?:\/|$)/;
/** git's short form for ssh: user@host:path. */
const SHORT_FORM = /^[\w.][\w.-]*@[A-Za-z0-9.-]+:(?!\/\/)[^:@]+$/;

function url(value: string): string | undefined {
  if (value === '') return `it is required: ${URL_FORMS}`;
  if (holdsSecret(value)) return SECRET_IN_URL;
  if (SPACE.test(value)) return 'take the spaces out';
  if (/[?#]/.test(value)) return 'leave out everything from "?" or "#" on (a branch or tag goes into app_ref)';
  const server = SERVER.exec(value);
  const isForm = server ? Number(server[1] ?? 0) <= 65_535 : /^file:\/\/./.test(value) || SHORT_FORM.test(value);
  return isForm ? undefined : URL_FORMS;
}

/** A token is as often the user name as the password (https://TOKEN@host); only ssh has user names that are none. */
function holdsSecret(value: string): boolean {
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.exec(value)?.[0] ?? '';
  if (/^[^/]*:[^/]*@/.test(value.slice(scheme.length))) return true;
  return scheme !== '' && scheme !== 'ssh://' && /^[^/]*@/.test(value.slice(scheme.length));
}

function ref(value: string): string | undefined {
  const allowed = 'use a branch, a tag, a full commit id or HEAD';
  if (value === '') return allowed;
  // git's own rules (git check-ref-format), and no leading dash: git would read an option.
  if (/^[-/.]|[\s\x85~^:?*[\\]|\.\.|@\{|\/\/|[/.]$|\.lock$/.test(value))
    return `${allowed}; no spaces, no leading "-", none of ~ ^ : ? * [ \\`;
  return undefined;
}

function path(value: string): string | undefined {
  const parts = value.split('/');
  if (value === '' || value.startsWith('/') || value.startsWith('~') || value.endsWith('/')) {
    return 'use a file path relative to the root of the app';
  }
  if (parts.includes('..')) return 'use a path that stays inside the app (no "..")';
  if (parts.includes('') || parts.includes('.')) return 'use a plain relative path (no "//", no "." folder)';
  if (parts[0] === '.git') return 'use a path outside .git';
  if (value.startsWith('-')) return 'use a path that does not start with "-"';
  return undefined;
}

function main(value: string): string | undefined {
  if (!value.startsWith('-m')) return path(value);
  // A hyphen is no part of a name in Python, but python -m takes one that is in the name of a file.
  const isModule = /^-m [A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)*$/.test(value) && !value.endsWith('.py');
  return isModule
    ? undefined
    : 'use a file, or -m and one module without .py, such as -m my.package (arguments go into app_args)';
}

/** Words as Python's shlex.split() takes them, which is how the runner splits them: quotes group, nothing is expanded. */
function args(value: string): string | undefined {
  if (/^(?:[^'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")*$/s.test(value)) return undefined;
  return "close each quote and let no backslash be the last character, as in --title 'two words'";
}

function duration(value: string): string | undefined {
  const seconds = parseDuration(value);
  return seconds === undefined || seconds > MAX_TIMEOUT_SECONDS ? `use ${DURATION_FORMAT}, at most 7d` : undefined;
}

const NAME_FORMS = 'use the name or ARN of a Secrets Manager secret, or ssm:/name of an SSM SecureString';

function credentials(value: string): string | undefined {
  if (value === '') return undefined;
  if (value.startsWith('ssm:'))
    return /^ssm:\/?[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/.test(value) ? undefined : NAME_FORMS;
  if (value.startsWith('arn:')) {
    return /^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+$/.test(value)
      ? undefined
      : NAME_FORMS;
  }
  return /^[A-Za-z0-9/_+=.@][A-Za-z0-9/_+=.@-]*$/.test(value) ? undefined : NAME_FORMS;
}

function secret(value: string): string | undefined {
  const [name, field, ...more] = value.split('#') as [string, ...string[]];
  const isField = field === undefined || (name !== '' && /^[A-Za-z0-9_.@/-]{1,100}$/.test(field));
  if (isField && more.length === 0 && credentials(name) === undefined) return undefined;
  return `${NAME_FORMS}, and behind it #field for one field of its JSON`;
}

function pythonVersion(value: string): string | undefined {
  const match = /^3\.([0-9]{1,2})(\.[0-9]{1,2})?$/.exec(value);
  return match && Number(match[1]) >= 6 ? undefined : "use '3.6' or a newer Python 3, in quotes";
}

function packageList(value: string): string | undefined {
  const isKey = value.startsWith(PACKAGES_PREFIX) && /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/.test(value);
  return value === '' || isKey
    ? undefined
    : `use a key like ${PACKAGES_PREFIX}june.txt, of letters, digits and . _ - alone`;
}

function proxy(value: string): string | undefined {
  if (value === '') return undefined;
  if (value.includes('@')) {
    return (
      'a user name or password in http_proxy would be readable in tags, logs and the environment of the app: let the ' +
      'proxy know instances by their addresses, and leave http_proxy without it'
    );
  }
  const port = Number(
    /^http:\/\/(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})\/?$/.exec(value)?.[1],
  );
  return port >= 1 && port <= 65_535 ? undefined : 'use http://host:port: the way to the proxy itself has no TLS';
}

function hostList(value: string): string | undefined {
  // A * in a name is read by few programs, and the others would call through the proxy.
  if (value === '' || value.split(',').every((part) => /^[A-Za-z0-9.:[][A-Za-z0-9._:[\]/-]*$/.test(part)))
    return undefined;
  return 'use host names, domains such as .example.com and addresses, separated by commas, without spaces and *';
}
