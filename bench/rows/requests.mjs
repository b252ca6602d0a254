import { externalId, groupId, person, userId, userName, workEmail } from '../load/people.mjs';
import { changed, created, found, foundNobody, ok, page, userIs } from './answers.mjs';

/** Makers of requests: each gives a function that makes the next one. `base` is the path of the SCIM root. */
const base = '/scim/v2';

/** Everybody in turn, in an order that is neither that of storage nor repeated soon. */
export function someone(users) {
  let at = 0;
  return () => (at = (at + 7919) % users);
}

export const getUser = (users) => {
  const next = someone(users);
  return () => {
    const id = userId(next());
    return { method: 'GET', path: `${base}/Users/${id}`, check: userIs(id) };
  };
};

const filters = {
  userName: (number) => `userName eq "${userName(number)}"`,
  externalId: (number) => `externalId eq "${externalId(number)}"`,
  workEmail: (number) => `emails[type eq "work"].value eq "${workEmail(number).toLowerCase()}"`,
};

const filtered = (filter) => `${base}/Users?filter=${encodeURIComponent(filter)}`;

export const filterUsers = (users, by) => {
  const next = someone(users);
  return () => {
    const number = next();
    return { method: 'GET', path: filtered(filters[by](number)), check: found(userId(number)) };
  };
};

/** A page of 100 from `startIndex`. Each answer is checked, but only one in 32 is read as a whole. */
export const listUsers = (users, startIndex) => {
  const thorough = page(users, 100, userId(startIndex - 1));
  let count = 0;
  return () => ({
    method: 'GET',
    path: `${base}/Users?startIndex=${startIndex}&count=100`,
    check: count++ % 32 === 0 ? thorough : (status, body) => status === 200 && body.length > 100 * 300,
  });
};

export const createUsers = (from) => {
  let number = from;
  return () => ({ method: 'POST', path: `${base}/Users`, body: person(number++), check: created });
};

/** Each request changes its user: the title counts up. */
export const putUsers = (users) => {
  const next = someone(users);
  let turn = 0;
  return () => {
    const number = next();
    const id = userId(number);
    const body = { ...person(number), title: `Analyst ${(turn += 1)}` };
    return { method: 'PUT', path: `${base}/Users/${id}`, body, check: userIs(id) };
  };
};

/** Switches everybody off once, then on again, so that each request changes something. */
export const patchActive = (users) => {
  const next = someone(users);
  let turn = 0;
  return () => {
    const id = userId(next());
    const active = Math.floor(turn++ / users) % 2 === 1;
    const body = patch({ op: 'replace', value: { active } });
    return { method: 'PATCH', path: `${base}/Users/${id}`, body, check: changed };
  };
};

const addMembers = (number, people) =>
  groupPatch(number, { op: 'add', path: 'members', value: people.map((each) => ({ value: userId(each) })) });
const removeMembers = (number, people) =>
  groupPatch(
    number,
    people.length === 1
      ? { op: 'remove', path: `members[value eq "${userId(people[0])}"]` }
      : { op: 'remove', path: 'members', value: people.map((each) => ({ value: userId(each) })) },
  );

const groupPatch = (number, operation) => ({
  method: 'PATCH',
  path: `${base}/Groups/${groupId(number)}`,
  body: patch(operation),
  check: changed,
});

/**
 * One person in, another out, so that the group keeps its size and each request changes something. Whoever came in
 * leaves again some requests later, when their coming has surely been answered. In a group of more than half the
 * directory it is members who leave and come back.
 */
export const memberToggle = (number, size, users) => {
  const lag = 32;
  const inside = size * 2 > users;
  const [first, second] = inside ? [removeMembers, addMembers] : [addMembers, removeMembers];
  const pool = inside ? size : users - size;
  const person = (step) => (inside ? 0 : size) + (step % pool);
  let [gone, back] = [0, 0];
  return () => (gone - back < lag ? first(number, [person(gone++)]) : second(number, [person(back++)]));
};

/** Adds people one by one, and takes the same ones out again. Undefined when all are in, or out. */
export const memberRuns = (number, size, users) => {
  const most = users - size;
  let [added, removed] = [0, 0];
  return {
    add: () => (added < most ? addMembers(number, [size + added++]) : undefined),
    remove: () => (removed < added ? removeMembers(number, [size + removed++]) : undefined),
  };
};

/** A thousand people in, then the same ones out: for one connection. */
export const thousandToggle = (number, size) => {
  const people = Array.from({ length: 1000 }, (_, index) => size + index);
  let turn = 0;
  return () => (turn++ % 2 === 0 ? addMembers(number, people) : removeMembers(number, people));
};

export const getGroup = (number, size, withMembers) => () => ({
  method: 'GET',
  path: `${base}/Groups/${groupId(number)}${withMembers ? '' : '?excludedAttributes=members'}`,
  check: (status, body) => status === 200 && (withMembers ? body.length > size * 100 : body.length < 1000),
});

export const listGroups = (withMembers) => () => ({
  method: 'GET',
  path: `${base}/Groups?count=100${withMembers ? '' : '&excludedAttributes=members'}`,
  check: ok,
});

export const createGroups = (count) =>
  Array.from({ length: count }, (_, number) => ({
    method: 'POST',
    path: `${base}/Groups`,
    body: { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: `Team ${number}` },
    check: created,
  }));

/** What Entra ID does for each person of a first cycle: look for them, create them, put them into their group. */
export function entraCycle(groups) {
  const ids = [];
  return {
    look: (number) => ({ method: 'GET', path: filtered(filters.externalId(number)), check: foundNobody }),
    post: (number) => ({
      method: 'POST',
      path: `${base}/Users`,
      body: person(number),
      check: (status, body) => {
        ids[number] = status === 201 ? JSON.parse(body.toString()).id : undefined;
        return ids[number] !== undefined;
      },
    }),
    join: (number) => ({
      method: 'PATCH',
      path: `${base}/Groups/${groups[number % groups.length]}`,
      body: patch({ op: 'add', path: 'members', value: [{ value: ids[number] }] }),
      check: changed,
    }),
  };
}

function patch(operation) {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [operation] };
}
