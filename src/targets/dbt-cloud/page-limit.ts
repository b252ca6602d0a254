/** The most rows an answer of dbt Cloud holds since 2023, whatever limit is asked for. */
export const pageLimit = 100;
