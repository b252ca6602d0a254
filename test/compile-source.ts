import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { transformSync } from '@swc/core';

/**
 * Turns `src` into JavaScript for tests that need a process of their own, to kill it. Returns the folder; it lies below
 * node_modules, so that packages are found from it.
 *
 * @param name keeps test files that run at the same time out of each other's way
 */
export function compileSource(name: string): string {
  const root = path.resolve(import.meta.dirname, '..');
  const out = path.join(root, 'node_modules', '.cache', 'drawbridge-tests', name);
  for (const file of readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const source = readFileSync(path.join(root, 'src', file), 'utf8');
    const { code } = transformSync(source, {
      filename: file,
      jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
      module: { type: 'es6' },
    });
    const target = path.join(out, 'src', file.replace(/\.ts$/, '.js'));
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, code);
  }
  writeFileSync(path.join(out, 'package.json'), '{"type":"module","version":"0.0.0-test"}');
  return path.join(out, 'src');
}
