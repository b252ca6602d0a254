import { readdirSync } from 'node:fs';
import js from '@eslint/js';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/**
 * The import arrows: what each room may reach besides itself. Everything else is an error.
 * `main.ts` puts the parts together; it and the command line's entry are all that know every room.
 */
const arrows = {
  model: [],
  mappers: ['model'],
  targets: ['model'],
  store: ['model'],
  scim: ['store', 'model'],
  reconcile: ['store', 'model', 'targets/target.ts', 'targets/target-error.ts'],
  admin: ['store', 'reconcile', 'alerts', 'model', 'openapi'],
  alerts: ['store', 'model', 'mappers/map-account.ts', 'mappers/person-names.ts', 'targets/http/retry-after.ts'],
  sandbox: ['model'],
  cli: ['model', 'config.ts', 'log.ts', 'main.ts', 'sandbox-main.ts', 'openapi', 'sandbox'],
  config: ['model'],
  'config.ts': ['config', 'model'],
  log: ['model'],
  'log.ts': ['log', 'model'],
  openapi: ['model', 'config'],
};

/** Folders their siblings may import; they themselves know none of them. */
const shared = new Set(['http', 'kit']);

const zones = [
  ...Object.entries(arrows).map(([room, reaches]) => ({
    target: `./src/${room}`,
    from: './src',
    except: [`./${room}`, ...reaches.map((each) => `./${each}`)],
    message: `${room}/ may import only from ${[room, ...reaches].join(', ')}: see the arrows in eslint.config.js.`,
  })),
  ...siblings('targets'),
  ...siblings('sandbox'),
];

/** Folders of a room that must not know each other: one zone for each, open to the room's own files and to itself. */
function siblings(room) {
  const folders = readdirSync(new URL(`src/${room}`, import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  return folders.flatMap((folder) =>
    folders
      .filter((other) => other !== folder && !shared.has(other))
      .map((other) => ({
        target: `./src/${room}/${folder}`,
        from: `./src/${room}/${other}`,
        message: `${room}/${folder} and ${room}/${other} must not know each other.`,
      })),
  );
}

export default tseslint.config(
  { ignores: ['dist/**', 'coverage/**', 'node_modules/**', 'reports/**'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    // Without a parser for .ts the plugin cannot look into imported files, and no-cycle finds nothing.
    settings: {
      'import-x/resolver': { typescript: true },
      'import-x/extensions': ['.ts'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones }],
    },
  },
  {
    // Pure rooms: a mapper, and the parts that decide about access, do no I/O and know no clock.
    files: ['src/mappers/**', 'src/model/**', 'src/reconcile/{plan,guard,correlate}*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'fetch', 'process', 'setTimeout', 'setInterval'],
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='Date'][property.name='now']",
          message: 'Take the time as an argument.',
        },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Take the time as an argument.' },
      ],
      'no-restricted-imports': ['error', { patterns: ['node:*', 'axios', 'kysely', 'express'] }],
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        performance: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
      },
    },
  },
  { files: ['test/**'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
);
