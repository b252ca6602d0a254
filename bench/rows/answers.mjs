/** Ways to tell a right answer. Large bodies are not parsed each time: that would measure the checker. */

export const ok = (status) => status === 200;
export const created = (status, body) => status === 201 && body.includes('"id":"');
export const noContent = (status) => status === 204;
/** scimmy answers a PATCH that changed something with the whole resource. */
export const changed = (status) => status === 204 || status === 200;

export const userIs = (id) => (status, body) => status === 200 && body.includes(`"id":"${id}"`);

/** A list that found one resource: this one. */
export const found = (id) => (status, body) =>
  status === 200 && body.includes('"totalResults":1,') && body.includes(`"id":"${id}"`);

export const foundNobody = (status, body) => status === 200 && body.includes('"totalResults":0');

/** A page: how many resources there are in all, how many are on it, and which comes first. */
export const page = (total, size, firstId) => (status, body) => {
  if (status !== 200) return false;
  const list = JSON.parse(body.toString());
  return (
    list.totalResults >= total &&
    list.Resources.length === size &&
    (firstId === undefined || list.Resources[0].id === firstId)
  );
};
