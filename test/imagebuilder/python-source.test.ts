import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const FILES = path.join(__dirname, '../../imagebuilder/files');
const PATCH = path.join(FILES, 'python/openssl3.patch');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-patch-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const filler = (lines: number) => 'int filler;\n'.repeat(lines);

/** The lines that the patch is about, far from where its numbers say, among others that look like them. */
function layOutSource({ without = '' } = {}): void {
  const setup = `        have_usable_openssl = (have_any_openssl and
                               openssl_ver >= min_openssl_ver)

        if have_any_openssl:
`;
  const ssl = `${filler(700)}#ifdef SSL_OP_NO_COMPRESSION
    options |= SSL_OP_NO_COMPRESSION;
#endif
#ifdef SSL_OP_CIPHER_SERVER_PREFERENCE
    options |= SSL_OP_CIPHER_SERVER_PREFERENCE;
#endif
${filler(300)}    PySSL_END_ALLOW_THREADS_S(pw_info->thread_state);

    if (pw_info->callable) {
${filler(300)}            (loaded > 0) &&
            (ERR_GET_LIB(err) == ERR_LIB_ASN1) &&
            (ERR_GET_REASON(err) == ASN1_R_HEADER_TOO_LONG)) {
        /* EOF ASN1 file, not an error */
        ERR_clear_error();
    } else if ((filetype == SSL_FILETYPE_PEM) &&
                   (loaded > 0) &&
${filler(100)}`;
  mkdirSync(path.join(folder, 'Modules'));
  writeFileSync(path.join(folder, 'setup.py'), `${'\n'.repeat(300)}${setup}`);
  writeFileSync(path.join(folder, 'Modules/_ssl.c'), without ? ssl.replace(without, '') : ssl);
}

// As python-build calls it.
const patch = () => spawnSync('patch', ['-p1', '--force', '-i', PATCH], { cwd: folder, encoding: 'utf8' });

test('the four edits for OpenSSL 3 find their places', () => {
  layOutSource();
  expect(patch()).toMatchObject({ status: 0 });
  const setup = readFileSync(path.join(folder, 'setup.py'), 'utf8');
  expect(setup).toContain('(openssl_ver == 0 or\n');
  const ssl = readFileSync(path.join(folder, 'Modules/_ssl.c'), 'utf8');
  expect(ssl).toContain(
    'options |= SSL_OP_NO_COMPRESSION;\n#endif\n#ifdef SSL_OP_IGNORE_UNEXPECTED_EOF\n    options |= SSL_OP_IGNORE_UNEXPECTED_EOF;\n#endif\n#ifdef SSL_OP_CIPHER',
  );
  expect(ssl).toContain('\n    if (pw_info->error)\n        goto error;\n\n    if (pw_info->callable) {');
  expect(ssl).toContain('(loaded > 0) &&\n            BIO_eof(biobuf)) {\n        /* EOF ASN1');
  expect(ssl).not.toContain('ASN1_R_HEADER_TOO_LONG');
});

test.each([
  '    options |= SSL_OP_NO_COMPRESSION;\n',
  '    if (pw_info->callable) {\n',
  '            (ERR_GET_LIB(err) == ERR_LIB_ASN1) &&\n',
])('a source without the line %j fails the build instead of losing an edit', (without) => {
  layOutSource({ without });
  expect(patch().status).not.toBe(0);
});

test("the patches that pyenv's recipe brings along are given with ours, which would replace them", () => {
  const recipes = path.join(folder, 'pyenv/plugins/python-build/share/python-build/patches/3.6.15/Python-3.6.15');
  mkdirSync(recipes, { recursive: true });
  for (const name of ['0008-a', '0009-b', '0010-c', '0011-d']) {
    writeFileSync(path.join(recipes, `${name}.patch`), `patch ${name}\n`);
  }
  const combined = buildPatches();
  expect(combined.stdout).toMatch(
    /^patch 0008-a\npatch 0009-b\npatch 0010-c\npatch 0011-d\nPython 3\.6 with OpenSSL 3/,
  );
  rmSync(path.join(recipes, '0010-c.patch'));
  expect(buildPatches()).toMatchObject({ status: 1, stderr: expect.stringContaining('patch 0010 for 3.6.15 is gone') });
});

function buildPatches() {
  const script = readFileSync(path.join(FILES, 'python/build.sh'), 'utf8').replace(
    /^readonly BUILD_DIR=.*$/m,
    `readonly BUILD_DIR=${folder}/pyenv`,
  );
  writeFileSync(path.join(folder, 'build.sh'), script);
  const command = `source ${FILES}/lib.sh; source ${folder}/build.sh; build::patches`;
  return spawnSync('bash', ['-c', command], { encoding: 'utf8' });
}

test('the training task of an optimized build reaches make as one variable', () => {
  const flags = /flags='(.*)'/.exec(readFileSync(path.join(FILES, 'python/build.sh'), 'utf8'))?.[1] ?? '';
  writeFileSync(path.join(folder, 'Makefile'), 'PROFILE_TASK=-m everything\nall:\n\t@echo "$(PROFILE_TASK)"\n');
  const said = execFileSync('make', [], { cwd: folder, env: { ...process.env, MAKEFLAGS: flags }, encoding: 'utf8' });
  expect(said).toMatch(/^-m test\.regrtest --pgo test_array .* test_zlib\n$/);
});

test.each([
  [{}, '--disable-shared'],
  [{ PYTHON_CONFIGURE_OPTIONS: '--with-pydebug' }, '--disable-shared --with-pydebug'],
  [{ PYTHON_CONFIGURE_OPTIONS: '--enable-shared --with-lto' }, '--enable-shared --with-lto'],
  [{ PYTHON_OPTIMIZED: 'true' }, '--enable-optimizations --with-lto --disable-shared'],
])('with %j the interpreter is configured by %s', (given, options) => {
  const env = { PYTHON_OPTIMIZED: 'false', PYTHON_CONFIGURE_OPTIONS: '', ...given, PATH: process.env.PATH };
  const script = `source '${FILES}/python/build.sh'; build::options`;
  expect(execFileSync('bash', ['--norc', '-euc', script], { env, encoding: 'utf8' })).toBe(options);
});
