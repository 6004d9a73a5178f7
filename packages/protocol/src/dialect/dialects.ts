// The versions this house speaks; one that is absent is refused at the door [C-2.17].

import type { Dialect, Version } from './dialect.ts';
import { v1 } from './v1.ts';

export const dialects: Readonly<Partial<Record<Version, Dialect>>> = { v1 };
