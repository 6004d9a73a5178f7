// Loaded ahead of a server whose profile is taken (`node --import`): V8 counts its own `JSON` as time of the
// caller, so that the time shows only if the calls go through functions of their own.

const { parse, stringify } = JSON;

JSON.parse = function parseJson(text: string, reviver?: Parameters<typeof parse>[1]): unknown {
  return parse(text, reviver);
};

JSON.stringify = function stringifyJson(
  value: unknown,
  replacer?: Parameters<typeof stringify>[1],
  space?: string | number,
): string {
  return stringify(value, replacer, space);
} as typeof stringify;
