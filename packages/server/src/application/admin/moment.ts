/** A time in milliseconds since 1970 as the API has it, in ISO 8601. */
export function moment(at: number): string {
  return new Date(at).toISOString();
}
