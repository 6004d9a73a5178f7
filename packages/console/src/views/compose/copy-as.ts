// A message as something to paste elsewhere. Pure. A token is written out only if it is the public
// one of the specification's example.

import type { GatewayAddress } from '../../socket/gateway-address.ts';

export interface Written {
  /** As it stands in the editor. */
  readonly text: string;
  /** The method; of an answer that of its question. */
  readonly method: string;
  /** The connection that it would go over. */
  readonly where: GatewayAddress;
  /** How the command line is called, such as `npx tillgate`. */
  readonly command: string;
}

/** The text to paste, or why there is none. */
export type Copied = { readonly text: string } | { readonly why: string };

export type Params = Readonly<Record<string, unknown>>;

export interface Request {
  readonly method: string;
  readonly params: Params;
}

/** Laid out where it is JSON; as it is where it is not. */
export function asJson({ text }: Pick<Written, 'text'>): { readonly text: string } {
  try {
    return { text: `${JSON.stringify(JSON.parse(text), null, 2)}\n` };
  } catch {
    return { text };
  }
}

/** `answer` for what has a result or an error; undefined for what is neither. */
export function requestOf(text: string): Request | 'answer' | undefined {
  try {
    const value = Object(JSON.parse(text)) as Params;
    if ('result' in value || 'error' in value) return 'answer';
    const { method, params } = value;
    if (typeof method !== 'string') return undefined;
    return { method, params: Object(params ?? {}) as Params };
  } catch {
    return undefined;
  }
}
