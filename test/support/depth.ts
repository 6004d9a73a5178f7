// How many rounds the long tests play: few in `npm test`, all in `npm run test:long`, which sets
// TEST_DEPTH=full. Used by the sweeps and by `*.property.test.ts`, which are the files that `test:long` runs.

export const isFullDepth = process.env.TEST_DEPTH === 'full';

/** `full` rounds at full depth, else `quick` ones, which are a tenth unless given. */
export function depth(full: number, quick = Math.ceil(full / 10)): number {
  return isFullDepth ? full : quick;
}

/** All cases at full depth, else one in `every`, beginning with the first. */
export function casesAtDepth<T>(all: readonly T[], every: number): readonly T[] {
  return isFullDepth ? all : all.filter((_, index) => index % every === 0);
}
