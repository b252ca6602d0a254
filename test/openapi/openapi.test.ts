import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { AdminOptions } from '../../src/admin/admin-options.js';
import { createAdminRouter } from '../../src/admin/admin-router.js';
import { packageVersion } from '../../src/cli/version.js';
import { routesOf } from '../../src/scim/routes.js';
import type { Services } from '../../src/scim/services.js';
import { documentedOperations, openapiDocument, openapiYaml } from '../../src/openapi/document.js';

interface OperationShape {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly security?: readonly object[];
  readonly responses: Readonly<Record<string, unknown>>;
}

const document = openapiDocument(packageVersion());
const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    name: `${method} ${path}`,
    operation: operation as OperationShape,
  })),
);

test('the committed openapi.yaml is what this version generates; `npm run openapi` renews it', () => {
  expect(readFileSync('openapi.yaml', 'utf8')).toBe(openapiYaml(packageVersion()));
});

test('every reference leads somewhere', () => {
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/"#\/components\/(\w+)\/(\w+)"/g)];
  expect(references.length).toBeGreaterThan(50);
  for (const [reference, kind = '', name = ''] of references) {
    const components = document.components as Record<string, Record<string, unknown>>;
    expect([reference, components[kind]?.[name]]).not.toEqual([reference, undefined]);
  }
});

test.each(operations)('$name says who it is, what it does and how it fails', ({ operation }) => {
  expect(operation.operationId).toMatch(/^[a-z][A-Za-z]+$/);
  expect(operation.summary).toBeTruthy();
  expect(operation.description).toBeTruthy();
  const statuses = Object.keys(operation.responses);
  expect(statuses.some((status) => status.startsWith('2')) || statuses.includes('501')).toBe(true);
  if (operation.security?.length !== 0) expect(statuses).toEqual(expect.arrayContaining(['401', '500']));
});

test('operation ids are unique', () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

test('only health checks and metrics are open to anybody', () => {
  const open = operations.filter(({ operation }) => operation.security?.length === 0).map(({ name }) => name);
  expect(open).toEqual(['get /healthz', 'get /readyz', 'get /metrics']);
});

test('SCIM is documented for the first directory and for each by its name', () => {
  const listed = documentedOperations().map(({ method, path }) => `${method} ${path}`);
  expect(listed).toEqual(
    expect.arrayContaining([
      'patch /scim/v2/Groups/{id}',
      'patch /scim/{directory}/v2/Groups/{id}',
      'post /api/v1/held/{id}/release',
      'get /readyz',
    ]),
  );
  expect(new Set(listed).size).toBe(listed.length);
});

test('what is documented of SCIM is what is routed, verb by verb', () => {
  const routed = routesOf({} as Services).map(({ path, handlers }) => ({
    path: `/scim/v2${path === '/' ? '' : path.replace(/:(\w+)/g, '{$1}')}`,
    verbs: Object.keys(handlers)
      .map((verb) => verb.toLowerCase())
      .sort(),
  }));
  const unsupported = routed.filter(({ verbs }) => verbs.includes('all')).map(({ path }) => path);
  const documented = documentedOperations().filter(({ path }) => /^\/scim\/v2(\/|$)/.test(path));
  const verbsOf = (wanted: string) =>
    documented
      .filter(({ path }) => path === wanted)
      .map(({ method }) => method)
      .sort();

  expect(new Set(documented.map(({ path }) => path))).toEqual(new Set(routed.map(({ path }) => path)));
  for (const { path, verbs } of routed.filter((route) => !unsupported.includes(route.path))) {
    expect([path, verbsOf(path)]).toEqual([path, verbs]);
  }
});

test('what is documented of the admin API is what is routed, verb by verb', () => {
  const router = createAdminRouter({ tokenSha256: '00' } as AdminOptions);
  const routed = router.stack.flatMap(({ route }) =>
    (route?.stack ?? []).map(({ method }) => `${method} /api/v1${String(route?.path).replace(/:(\w+)/g, '{$1}')}`),
  );
  const documented = documentedOperations()
    .filter(({ path }) => path.startsWith('/api/v1/'))
    .map(({ method, path }) => `${method} ${path}`);
  expect(routed.length).toBeGreaterThan(10);
  expect(documented.toSorted()).toEqual([...new Set(routed)].toSorted());
});

test('the file is plain YAML: no anchors, which some readers of OpenAPI cannot follow', () => {
  const text = openapiYaml('1.2.3');
  expect(text).not.toMatch(/: [&*]a\d+/);
  expect(parse(text)).toMatchObject({ openapi: '3.1.0', info: { title: 'Drawbridge', version: '1.2.3' } });
});
