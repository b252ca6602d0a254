/** The two interfaces dbt Cloud is driven through; the fake offers either. */
export const dialects = ['platform', 'v2'] as const;
export type Dialect = (typeof dialects)[number];
