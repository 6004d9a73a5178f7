// The versions this house speaks; a site may be closed to one of them [C-2.17].

import type { Dialects } from './dialect.ts';
import { v0 } from './v0.ts';
import { v1 } from './v1.ts';

export const dialects: Dialects = { v1, v0 };
