// The tone of a badge, dot or notice, which chooses its colour; a word beside it always says the same.

export type Tone = 'plain' | 'good' | 'bad' | 'wait' | 'accent';
