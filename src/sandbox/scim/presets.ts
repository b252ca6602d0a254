import type { Rules } from './rules.js';

/** What is known of Metabase's own SCIM: no PATCH of groups, no discovery, one filter, and little it keeps. */
export const likeMetabase: Partial<Rules> = {
  patch: 'few-paths',
  groupPatch: 'unsupported',
  unsupportedStatus: 404,
  filter: 'equality',
  deleteUser: 'not-found',
  members: 'single',
  emptyMembers: 'keep',
  unknownMember: 'ignore',
  groupNames: 'unique',
  etags: 'none',
  externalId: 'dropped',
  names: 'required',
  serviceProviderConfig: 'unauthorized',
  schemas: 'absent',
  unknownFields: false,
};

/** What is known of Retool's own SCIM: no paging, one filter, 200 for a create, and numbers for groups. */
export const likeRetool: Partial<Rules> = {
  patch: 'full',
  filter: 'equality',
  paging: 'ignored',
  createStatus: 200,
  etags: 'none',
  externalId: 'dropped',
  serviceProviderConfig: 'absent',
  numericGroupIds: true,
  unknownFields: false,
};
