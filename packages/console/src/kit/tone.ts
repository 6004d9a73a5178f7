// How something is, for its colour: a word beside it says the same.

export type Tone = 'plain' | 'good' | 'bad' | 'wait' | 'accent';
