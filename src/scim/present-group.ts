import { setImmediate } from 'node:timers/promises';
import {
  haveMoreMembersThan,
  membersBySeq,
  membersOfGroups,
  snapshotOfGroup,
  type GroupSnapshot,
  type Member,
} from '../store/group-members.js';
import type { ShownRow } from '../store/shown-row.js';
import type { Store } from '../store/store.js';
import { isObject, type JsonObject } from './json.js';
import { JsonStream } from './json-stream.js';
import { jsonOf } from './json-text.js';
import { versionTag } from './preconditions.js';
import { projected, type Presented } from './presented.js';
import { includesAttribute, project, type Projection } from './project.js';
import { groupUrn } from './schema/definitions.js';

/** A group as it is sent, and its entity tag. */
export interface ShownGroup {
  readonly body: object;
  readonly tag: string;
}

/** So many members are read and sent at once; more of them bit by bit, so that nobody else has to wait for them. */
const mostAtOnce = 1000;

/**
 * Groups as the identity provider sees them, in the given order. Members are not read at all when the projection leaves
 * them out, as Entra ID always does. Few come from one query for all groups. Many are streamed: what they cost in memory,
 * and how long others wait, does not depend on how many there are.
 */
export async function showGroups(
  store: Store,
  groups: readonly ShownRow[],
  baseUrl: string,
  projection: Projection,
): Promise<readonly object[]> {
  if (!includesAttribute(projection, 'members', 'Group')) {
    const rest = leavesOutMembersOnly(projection) ? {} : projection;
    return groups.map((group) => projected(presentGroup(group, undefined, baseUrl), rest, 'Group'));
  }
  if (await haveMoreMembersThan(store.db, groups, mostAtOnce)) {
    return groups.map((group) => new JsonStream(laterGroup(store, group, baseUrl, projection)));
  }
  const members = await membersOfGroups(store.db, groups);
  return groups.map((group) =>
    projected(presentGroup(group, members.get(group.seq) ?? [], baseUrl), projection, 'Group'),
  );
}

/** What Entra ID always asks for: then nothing else has to be taken away. */
function leavesOutMembersOnly({ attributes, excludedAttributes = [] }: Projection): boolean {
  return attributes === undefined && excludedAttributes.every((name) => name.toLowerCase() === 'members');
}

/** The same for one group, with the entity tag that belongs to what is sent. */
export async function showGroup(
  store: Store,
  group: ShownRow,
  baseUrl: string,
  projection: Projection,
): Promise<ShownGroup> {
  const isLong =
    includesAttribute(projection, 'members', 'Group') && (await haveMoreMembersThan(store.db, [group], mostAtOnce));
  const snapshot = isLong ? await snapshotOfGroup(store.db, group.seq) : undefined;
  if (snapshot !== undefined) {
    const body = new JsonStream(groupParts(store, snapshot, baseUrl, projection));
    return { body, tag: versionTag(snapshot.row.version) };
  }
  const [body] = await showGroups(store, [group], baseUrl, projection);
  if (body === undefined) throw new Error('a group was not presented');
  return { body, tag: versionTag(group.version) };
}

/** One group of many: read when its turn comes, so that only one is held at a time. */
async function* laterGroup(store: Store, group: ShownRow, baseUrl: string, projection: Projection) {
  const snapshot = await snapshotOfGroup(store.db, group.seq);
  yield* groupParts(store, snapshot ?? { row: group, members: [] }, baseUrl, projection);
}

/** The members stand last: everything else fits into one part. */
async function* groupParts(
  store: Store,
  { row, members }: GroupSnapshot,
  baseUrl: string,
  projection: Projection,
): AsyncGenerator<string, void, undefined> {
  const rest = projected(presentGroup(row, undefined, baseUrl), projection, 'Group');
  const textOf = memberWriter(baseUrl, projection);
  yield `${jsonOf(rest).slice(0, -1)},"members":[`;
  let separator = '';
  for (let start = 0; start < members.length; start += mostAtOnce) {
    const some = await membersBySeq(store.db, members.slice(start, start + mostAtOnce));
    const texts = some.map(textOf).filter((text) => text !== undefined);
    if (texts.length > 0) yield separator + texts.join(',');
    if (texts.length > 0) separator = ',';
    await setImmediate(); // others first
  }
  yield ']}';
}

/** Writes one member as far as the projection wants it: all of it, or some sub-attributes. */
function memberWriter(baseUrl: string, projection: Projection): (member: Member) => string | undefined {
  const base = JSON.stringify(baseUrl).slice(1, -1);
  if (projection.attributes === undefined && projection.excludedAttributes === undefined) {
    return (member) => memberText(member, base);
  }
  return (member) => {
    const whole: JsonObject = { members: [JSON.parse(memberText(member, base))] };
    const { members } = project(whole, projection, 'Group');
    return Array.isArray(members) && isObject(members[0]) ? JSON.stringify(members[0]) : undefined;
  };
}

function presentGroup(group: ShownRow, members: readonly Member[] | undefined, baseUrl: string): Presented {
  const tag = versionTag(group.version);
  const base = JSON.stringify(baseUrl).slice(1, -1);
  const listed =
    members === undefined ? '' : `,"members":[${members.map((member) => memberText(member, base)).join()}]`;
  const text =
    `{"schemas":["${groupUrn}"],"id":"${group.id}",${group.resource.slice(1, -1)}${listed}` +
    `,"meta":{"resourceType":"Group","created":"${new Date(group.created_at).toISOString()}",` +
    `"lastModified":"${new Date(group.updated_at).toISOString()}",` +
    `"location":"${base}/Groups/${group.id}","version":${JSON.stringify(tag)}}}`;
  return { text, tag };
}

function memberText({ id, display }: Member, base: string): string {
  return `{"value":"${id}","$ref":"${base}/Users/${id}","type":"User","display":${JSON.stringify(display)}}`;
}
