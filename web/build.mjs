// Bundles the pages of one program and writes them as a C++ source that the program is linked with:
//
//   node web/build.mjs PAGE OUT.cpp        PAGE: office, province
//   node web/build.mjs PAGE FOLDER/        the files themselves, for looking at changes without building a program
//
// Every file is there once, gzip'd; names of scripts, styles and fonts carry a digest of their content, so that browsers
// may keep them for ever. Beside OUT.cpp, OUT.json tells the sizes. Modules come from build/web (./dev setup).
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {basename, dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, '..', 'build', 'web', 'node_modules');
const [page, out] = process.argv.slice(2);

const types = {
  css: 'text/css; charset=utf-8', html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml', woff2: 'font/woff2',
};

async function bundle() {
  const {build} = createRequire(join(modules, 'x.js'))('esbuild');
  const result = await build({
    absWorkingDir: here,
    entryPoints: [join(page, 'main.tsx')],
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: 'esm',
    target: ['chrome100', 'firefox102', 'safari15'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfigRaw: {},
    nodePaths: [modules],
    entryNames: `${page}-[hash]`,
    assetNames: '[name]-[hash]',
    loader: {'.woff2': 'file', '.svg': 'file'},
    outdir: '/ui',
    publicPath: '/ui',
    legalComments: 'none',
    logLevel: 'warning',
  });
  return new Map(result.outputFiles.map((file) => [basename(file.path), Buffer.from(file.contents)]));
}

function index(files) {
  const named = (end) => [...files.keys()].find((name) => name.startsWith(`${page}-`) && name.endsWith(end));
  const html = readFileSync(join(here, page, 'index.html'), 'utf8');
  return html.replace('{{script}}', `/ui/${named('.js')}`).replace('{{style}}', `/ui/${named('.css')}`);
}

// A string literal with every byte but plain letters as three octal digits, which no following digit can lengthen.
function literal(bytes) {
  let text = '';
  for (const byte of bytes) {
    const plain = (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90);
    text += plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
  }
  const lines = text.match(/(?:\\[0-7]{3}|[a-zA-Z]){1,60}/g) ?? [''];
  return lines.map((line) => `    "${line}"`).join('\n');
}

function source(files) {
  const entries = [...files].map(([name, content]) => {
    const packed = gzipSync(content, {level: 9});
    const etag = createHash('sha256').update(content).digest('hex').slice(0, 16);
    const type = types[name.split('.').pop()];
    return `    {"${name}", "${type}", "\\"${etag}\\"", std::string_view(\n${literal(packed)}, ${packed.length})},`;
  });
  return `#include "web_bundle.h"\n\nnamespace tram {\n\nstd::span<const http::StaticFile> ${page}_pages() {\n` +
    `  static constexpr http::StaticFile kFiles[] = {\n${entries.join('\n')}\n  };\n  return kFiles;\n}\n\n` +
    '}  // namespace tram\n';
}

const files = await bundle();
files.set('index.html', Buffer.from(index(files)));
files.set('favicon.svg', readFileSync(join(here, 'common', 'favicon.svg')));
mkdirSync(out.endsWith('/') ? out : dirname(out), {recursive: true});
if (out.endsWith('/')) for (const [name, content] of files) writeFileSync(out + name, content);
else writeFileSync(out, source(files));
const sizes = Object.fromEntries([...files].map(([name, content]) =>
  [name, {bytes: content.length, gzip: gzipSync(content, {level: 9}).length}]));
writeFileSync(out.endsWith('/') ? `${out}sizes.json` : out.replace(/\.cpp$/, '.json'), JSON.stringify(sizes, null, 2) + '\n');
