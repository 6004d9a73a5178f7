// All versions of the wire: `dialects.v1.pac.requests.sale` is the codec of `sale` in v1. A site may be
// closed to a version [C-2.17].

import type { Dialects } from './dialect.ts';
import { v0 } from './v0.ts';
import { v1 } from './v1.ts';

/** All versions by name. */
export const dialects: Dialects = { v1, v0 };
