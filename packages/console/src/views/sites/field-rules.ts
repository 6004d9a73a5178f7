// What the forms of sites, tokens and operators take, in sentences. Pure.

const LABEL = 'At most 64 characters, in one line.';

export const siteRules: Readonly<Record<string, string>> = {
  name: '1 to 63 lower-case letters, digits and dashes; no dash at either end.',
  title: '1 to 64 characters, in one line.',
  timeZone: 'A name such as Europe/London.',
  terminals: 'One of them does not fit.',
};
export const tokenRules: Readonly<Record<string, string>> = {
  label: LABEL,
  scopes: 'At least one.',
  expiresAt: 'Today or a day to come.',
};
export const operatorRules: Readonly<Record<string, string>> = {
  name: '1 to 63 lower-case letters, digits, dots, dashes and underscores.',
  sites: 'Choose at least one site.',
};
