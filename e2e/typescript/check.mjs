// Compiles every dashboard of a folder as a TypeScript object that must satisfy Grafana's types (types.ts), and plants
// mistakes into copies of them that the compiler must refuse, so that a check which passes everything is noticed.
//
//   npm ci && node check.mjs <folder with *.json>
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const build = join(here, 'build');

if (process.argv.length !== 3) {
  console.error('usage: node check.mjs <folder with dashboards>');
  process.exit(2);
}
const folder = resolve(process.argv[2]);
const boards = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .sort()
  .map((name) => ({ name: basename(name, '.json'), json: JSON.parse(readFileSync(join(folder, name), 'utf8')) }));
if (boards.length === 0) {
  console.error(`no dashboards in ${folder}`);
  process.exit(2);
}

// The mistakes to plant, each into the first panel that has room for it. A plant returns whether it did something.
const misspelt = (object) => {
  if (!object) return false;
  const name = Object.keys(object)[0];
  object[`${name}x`] = object[name];
  return true;
};
const plants = {
  'misspelt option': (panel) => misspelt(panel.options),
  'misspelt reduction': (panel) => misspelt(panel.options.reduceOptions),
  'misspelt field setting': (panel) => misspelt(panel.fieldConfig.defaults),
  'misspelt setting of the kind': (panel) => misspelt(panel.fieldConfig.defaults.custom),
  'misspelt query field': (panel) => misspelt(panel.targets[0]),
  'unknown override': (panel) => {
    panel.fieldConfig.overrides.push({ matcher: { id: 'byName', options: 'x' }, properties: [{ id: 'units', value: 's' }] });
    return true;
  },
  'override of another type': (panel) => {
    panel.fieldConfig.overrides.push({ matcher: { id: 'byName', options: 'x' }, properties: [{ id: 'unit', value: 1 }] });
    return true;
  },
  'wrong legend': (panel) => {
    if (!panel.options.legend) return false;
    panel.options.legend.displayMode = 'tables';
    return true;
  },
  'custom where there is none': (panel) => {
    if (panel.fieldConfig.defaults.custom) return false;
    panel.fieldConfig.defaults.custom = { lineWidth: 1 };
    return true;
  },
};

const panels = (board) => board.panels.flatMap((panel) => (panel.type === 'row' ? panel.panels : [panel]));

rmSync(build, { recursive: true, force: true });
mkdirSync(build);
const titles = new Map(); // file name -> what it is
const write = (file, title, board) => {
  titles.set(file, title);
  const text = JSON.stringify(board, null, 2);
  writeFileSync(join(build, file), `import type { Dashboard } from '../types';\n\nexport const board = ${text} satisfies Dashboard;\n`);
};

boards.forEach(({ name, json }, i) => write(`board${i}.ts`, name, json));
const seen = new Set();
for (const { json } of boards) {
  panels(json).forEach((panel, at) => {
    if (seen.has(panel.type)) return;
    seen.add(panel.type);
    for (const [mistake, plant] of Object.entries(plants)) {
      const copy = structuredClone(json);
      if (plant(panels(copy)[at])) write(`planted${titles.size}.ts`, `${panel.type}: ${mistake}`, copy);
    }
  });
}

const tsc = spawnSync(join(here, 'node_modules', '.bin', 'tsc'), ['--pretty', 'false', '-p', here], { cwd: here, encoding: 'utf8' });
if (tsc.error) throw tsc.error;
const refused = new Map(); // file name -> the compiler's messages
for (const line of tsc.stdout.split('\n')) {
  const match = /^(?:build\/)?([^(]+)\(\d+,\d+\): error/.exec(line);
  if (match) refused.set(match[1], [...(refused.get(match[1]) ?? []), line]);
}

let failed = false;
for (const [file, title] of titles) {
  const messages = refused.get(file) ?? [];
  refused.delete(file);
  const planted = file.startsWith('planted');
  if (planted === messages.length > 0) continue;
  failed = true;
  console.error(planted ? `✗ not noticed: ${title}` : `✗ ${title}\n${messages.join('\n')}`);
}
for (const [file, messages] of refused) {
  failed = true;
  console.error(`✗ ${file}\n${messages.join('\n')}`);
}
rmSync(build, { recursive: true, force: true });
if (failed) process.exit(1);
console.log(`✓ ${boards.length} dashboards satisfy Grafana's types; ${titles.size - boards.length} planted mistakes are refused`);
