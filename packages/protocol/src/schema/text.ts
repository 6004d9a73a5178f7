// Patterns of free texts in schemas, as any validator of JSON Schema understands them.

const DIGIT = '[0-9\\uff10-\\uff19]';
const SEPARATORS = '[ .\\u00a0\\u2007\\u2010-\\u2015\\u202f\\u2212-]{0,3}';

/** Twelve digits, with separators or without, may be a card number, which must not be written to a journal [C-12.21]. */
export const NO_CARD_NUMBER = `^(?![\\s\\S]*${DIGIT}(?:${SEPARATORS}${DIGIT}){11})`;
