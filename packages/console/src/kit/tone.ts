// The tone of a badge, dot or notice, which chooses its colour; a word beside it always says the same.

import type { OutcomeWords } from '@tillgate/protocol';

export type Tone = OutcomeWords['tone'];
