// The section of a version in CHANGELOG.md.

const UNRELEASED = '## [Unreleased]';

/**
 * The changelog with what is under Unreleased as the section of this version; unchanged if it has that section. Undefined if
 * it has neither.
 */
export function releasedChangelog(text: string, version: string, date: string): string | undefined {
  if (text.includes(`\n## [${version}] - `)) return text;
  const [head, ...rest] = text.split(`${UNRELEASED}\n`);
  const [changes = '', ...sections] = rest.join('').split(/^(?=## \[)/m);
  if (rest.length !== 1 || changes.trim() === '') return undefined;
  const section = `## [${version}] - ${date}\n\n${changes.trimStart()}`;
  return `${head}${UNRELEASED}\n\n${section}${sections.join('')}`;
}
