import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { openapiDocument } from '../../src/openapi/document.js';

/** One exchange with the server, as a client saw it. */
export interface Exchange {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  /** Parsed JSON, or undefined when none was sent, or it was no JSON. */
  readonly requestBody?: unknown;
  readonly status: number;
  readonly contentType: string | undefined;
  /** Parsed JSON; undefined for an empty body. */
  readonly body: unknown;
}

type Json = Readonly<Record<string, unknown>>;

const document = JSON.parse(JSON.stringify(openapiDocument('0'))) as Json & {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
};
const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
addFormats.default(ajv);
ajv.addSchema(document, 'openapi');

const routes = Object.entries(document.paths).map(([template, item]) => ({
  template,
  item,
  matches: new RegExp(`^${template.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`, 'i'),
  weight: (template.match(/\{/g) ?? []).length,
}));

export interface Found {
  readonly template: string;
  readonly operation: Json;
}

/** The documented operation behind a request; undefined when the document knows none. */
export function findOperation(method: string, url: string): Found | undefined {
  const path = (url.split('?')[0] ?? '')
    .replace(/\/{2,}/g, '/')
    .replace(/(.)\/$/, '$1')
    .replace(/^\/scim\/(?!v2(\/|$))[^/]+\/v2/i, '/scim/v2');
  const candidates = routes.filter(({ matches }) => matches.test(path)).toSorted((a, b) => a.weight - b.weight);
  const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
  for (const { template, item } of candidates) {
    const operation = item[verb];
    if (operation !== undefined) return { template, operation };
  }
  return undefined;
}

/**
 * What an exchange does that the contract does not say, in words; empty when it keeps to it.
 *
 * A request that was accepted must be one the document describes; an answer must always be.
 */
export function contractProblems(exchange: Exchange): string[] {
  const { method, url, status } = exchange;
  const found = findOperation(method, url);
  const name = `${method} ${url.split('?')[0] ?? ''} → ${status}`;
  if (found === undefined) return status < 400 ? [`${name}: not in openapi.yaml`] : [];
  const pointer = `openapi#/paths/${escape(found.template)}/${method === 'HEAD' ? 'get' : method.toLowerCase()}`;
  return [...requestProblems(exchange, found, pointer, name), ...answerProblems(exchange, found, pointer, name)];
}

function requestProblems(
  { requestBody, status }: Exchange,
  { operation }: Found,
  pointer: string,
  name: string,
): string[] {
  if (requestBody === undefined || status >= 300) return [];
  const content = at(operation, 'requestBody', 'content');
  const [mediaType] = Object.keys(content ?? {});
  if (mediaType === undefined) return [`${name}: takes no body by openapi.yaml`];
  return invalid(`${pointer}/requestBody/content/${escape(mediaType)}/schema`, requestBody, `${name}, request`);
}

function answerProblems(exchange: Exchange, { operation }: Found, pointer: string, name: string): string[] {
  const { method, status, contentType, body } = exchange;
  const documented = at(operation, 'responses', String(status));
  if (documented === undefined) return [`${name}: status not in openapi.yaml`];
  const reference = typeof documented['$ref'] === 'string' ? documented['$ref'] : undefined;
  const base = reference === undefined ? `${pointer}/responses/${status}` : `openapi${reference}`;
  const content = at(reference === undefined ? documented : resolve(reference), 'content');
  if (content === undefined || method === 'HEAD') {
    return body === undefined ? [] : [`${name}: has a body, and none is in openapi.yaml`];
  }
  const mediaType = (contentType ?? '').split(';')[0] ?? '';
  if (!(mediaType in content)) return [`${name}: is ${mediaType}, not ${Object.keys(content).join(' or ')}`];
  return body === undefined ? [] : invalid(`${base}/content/${escape(mediaType)}/schema`, body, name);
}

function invalid(pointer: string, value: unknown, name: string): string[] {
  const validate = ajv.getSchema(pointer) ?? ajv.compile({ $ref: pointer });
  if (validate(value) === true) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${name}: ${instancePath} ${message ?? ''}`);
}

const escape = (part: string): string => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

function resolve(reference: string): Json | undefined {
  return at(document, ...reference.replace(/^#\//, '').split('/'));
}

function at(value: Json | undefined, ...names: readonly string[]): Json | undefined {
  let found: unknown = value;
  for (const name of names) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Json)[name];
  }
  return found as Json | undefined;
}
