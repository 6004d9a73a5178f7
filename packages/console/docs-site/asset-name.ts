import { createHash } from 'node:crypto';

/** A name below `/docs/`. Browsers keep the file for a year: other content is another name. */
export function assetName(name: string, end: string, text: string): string {
  const hash = createHash('sha256').update(text).digest('base64url').slice(0, 8);
  return `assets/${name}-${hash}.${end}`;
}
