// The part of `postject` that `executable.ts` uses; it comes without types.

declare module 'postject' {
  interface Options {
    readonly sentinelFuse: string;
    readonly machoSegmentName?: string;
  }
  export function inject(
    ...args: readonly [program: string, name: string, data: Buffer, options: Options]
  ): Promise<void>;
}
