/** The same people and ids in the seeded stores, in the peers and in the requests, so that nothing need be handed over. */

const padded = (number) => number.toString(16).padStart(12, '0');
export const userId = (number) => `00000000-0000-4000-8000-${padded(number)}`;
export const groupId = (number) => `00000000-0000-4000-9000-${padded(number)}`;

export const userName = (number) => `person${number}@acme.test`;
export const workEmail = (number) => `Person.${number}@Work.test`;
export const externalId = (number) => `00u${number}`;

/** What an identity provider sends for one person. */
export const person = (number) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterpriseUrn],
  userName: userName(number),
  externalId: externalId(number),
  displayName: `Given${number} Family${number}`,
  name: { givenName: `Given${number}`, familyName: `Family${number}` },
  emails: [{ value: workEmail(number), type: 'work', primary: true }],
  title: 'Analyst',
  active: true,
  [enterpriseUrn]: { department: 'Data', employeeNumber: String(number) },
});

export const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** The sizes of the groups that member changes are measured on, as many as the directory can fill. */
export const groupSizes = (users) => [10, 100, 1000, 10_000, 100_000].filter((size) => size <= users);

/**
 * The groups of a directory: `number` names the group, its members are `size` people from `first` on. After one of each
 * measured size come groups of 1,000, until everybody has ten memberships.
 */
export function* groupsOf(users) {
  const sizes = groupSizes(users);
  let memberships = sizes.reduce((sum, size) => sum + size, 0);
  for (const [number, size] of sizes.entries()) yield { number, size, first: 0 };
  for (let number = sizes.length; users >= 100_000 && memberships < users * 10; number += 1) {
    yield { number, size: 1000, first: (number * 997) % (users - 1000) };
    memberships += 1000;
  }
}
