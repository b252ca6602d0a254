/** Where everything of a sandbox is, and what opens it. */
export interface WalkThroughParts {
  readonly url: string;
  readonly scimToken: string;
  readonly adminToken: string;
  readonly dbtUrl: string;
  readonly metabaseUrl: string;
  readonly retoolUrl: string;
  /** A server that speaks SCIM itself. */
  readonly otherUrl: string;
}

/** What to paste, in order; each line works by itself in a POSIX shell once the first three were pasted. */
export function walkThrough({
  url,
  scimToken,
  adminToken,
  dbtUrl,
  metabaseUrl,
  retoolUrl,
  otherUrl,
}: WalkThroughParts): string[] {
  const json = `-H 'Content-Type: application/json'`;
  const scim = `curl -s -H "Authorization: Bearer $SCIM_TOKEN" -H 'Content-Type: application/scim+json'`;
  const admin = `curl -s -H "Authorization: Bearer $ADMIN_TOKEN"`;
  const patch = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
  const user = `{"userName":"ada@acme.test","name":{"givenName":"Ada","familyName":"Lovelace"},"emails":[{"value":"ada@acme.test","type":"work","primary":true}],"active":true}`;
  const firstId = `grep -o '"id":"[^"]*"' | head -n 1 | cut -d '"' -f 4`;
  return [
    'This is the SANDBOX: dbt Cloud, Metabase, Retool and a tool with SCIM of its own are fakes in this process,',
    'and everything is forgotten when it stops.',
    '',
    `  SCIM           ${url}/scim/v2`,
    `  admin API      ${url}/api/v1`,
    `  fake dbt       ${dbtUrl}`,
    `  fake Metabase  ${metabaseUrl}`,
    `  fake Retool    ${retoolUrl}`,
    `  fake SCIM tool ${otherUrl}/scim/v2`,
    '',
    'Paste these into another terminal, one after the other:',
    '',
    '# 1. What the following lines use',
    `export SCIM=${url}/scim/v2 ADMIN=${url}/api/v1 DBT=${dbtUrl}/_control METABASE=${metabaseUrl}/_control RETOOL=${retoolUrl}/_control OTHER=${otherUrl}/_control`,
    `export SCIM_TOKEN=${scimToken} ADMIN_TOKEN=${adminToken}`,
    '',
    '# 2. The identity provider creates a person',
    `ADA=$(${scim} $SCIM/Users -d '${user}' | ${firstId}); echo "created $ADA"`,
    '',
    '# 3. Three tools have her account; dbt has sent an invitation, so there her state is "invited"',
    `curl -s $METABASE/users; curl -s $RETOOL/users; curl -s $OTHER/users; curl -s $DBT/invitations; ${scim} $SCIM/Users/$ADA; echo`,
    '',
    '# 4. Ada accepts it; Drawbridge notices within seconds',
    `curl -s ${json} $DBT/invitations/accept -d '{"email":"ada@acme.test"}'; ${admin} -X POST $ADMIN/targets/dbt/sync; echo`,
    '',
    '# 5. The identity provider pushes a group with Ada in it',
    `GROUP=$(${scim} $SCIM/Groups -d "{\\"displayName\\":\\"Analytics Engineers\\",\\"members\\":[{\\"value\\":\\"$ADA\\"}]}" | ${firstId}); echo "created $GROUP"`,
    '',
    '# 6. A second or two later all four tools have the group, Ada in it, and dbt her developer licence',
    `curl -s $DBT/groups; curl -s $METABASE/groups; curl -s $RETOOL/groups; curl -s $OTHER/groups; echo`,
    '',
    '# 7. What would a sweep change now? Nothing',
    `${admin} $ADMIN/targets/metabase/plan; echo`,
    '',
    '# 8. Ada leaves: deactivated in all four at once',
    `${scim} -X PATCH $SCIM/Users/$ADA -d '{"schemas":["${patch}"],"Operations":[{"op":"replace","value":{"active":false}}]}'; curl -s $DBT/users; curl -s $METABASE/users; curl -s $RETOOL/users; curl -s $OTHER/users; echo`,
    '',
    '# How things stand',
    `${admin} $ADMIN/status; echo`,
    '',
    'Ctrl-C stops it.',
  ];
}
