/** Fills a database through the product's own store functions, in a process of its own: `seed.mjs <file> <users>`. */
import { openStore } from '../dist/store/store.js';
import { createGroup } from '../dist/store/scim-group-writes.js';
import { createUser } from '../dist/store/scim-user-writes.js';
import { groupId, groupsOf, person, userId } from './load/people.mjs';
import { directory, routes } from './servers/directory.mjs';

const [, , file, count] = process.argv;
const users = Number(count);
const store = await openStore(`sqlite:${file}`, routes);
const write = { directory, cause: { actor: 'seed', requestId: 'seed' }, now: Date.now() };

/** What the store keeps of what an identity provider sends. */
const attributesOf = (sent) => Object.fromEntries(Object.entries(sent).filter(([name]) => name !== 'schemas'));

/** Many at once, so that they share transactions. */
for (let start = 0; start < users; start += 500) {
  const numbers = Array.from({ length: Math.min(500, users - start) }, (_, index) => start + index);
  await Promise.all(numbers.map((number) => createUser(store, write, userId(number), attributesOf(person(number)))));
}
for (const { number, size, first } of groupsOf(users)) {
  const members = Array.from({ length: size }, (_, index) => userId(first + index));
  await createGroup(store, write, groupId(number), { displayName: `Group ${number}` }, members);
}
await store.close();
