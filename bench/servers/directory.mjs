export const directory = 'bench';

/** Which targets serve the directory: one, which no loop works for. */
export const routes = new Map([[directory, ['dbt']]]);
