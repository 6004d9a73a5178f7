// What the programs of all languages are made of, and what their texts share. Pure.

export interface ProgramParts {
  /** As it is to be sent: JSON laid out, or any other text. */
  readonly message: string;
  /** The whole address; or what stands before and after the token, which the program reads from TILLGATE_TOKEN. */
  readonly url: readonly [whole: string] | readonly [before: string, after: string];
}

/** In double quotes, as JavaScript, Java, C#, Go and Python read it. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** The address as an expression: `joined` by an operator around `token`. */
export function urlText(
  { url }: ProgramParts,
  token: string,
  { join = ' + ', quote = quoted } = {},
): string {
  const [before, after] = url;
  if (after === undefined) return quote(before);
  return [quote(before), token, quote(after)].join(join);
}

/** The same indentation before each line that has text. */
export function indented(text: string, by: string): string {
  return text.replace(/^(?=.)/gm, by);
}
