// How Markdown becomes a page of the documentation: links, rules, and HTML that is not obeyed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linksBetween } from '../packages/console/docs-site/links.ts';
import { pageOf } from '../packages/console/docs-site/pages.ts';
import { render } from '../packages/console/docs-site/render.ts';

const contract = pageOf({
  path: 'contract/2-handshake',
  file: 'PROTOCOL.md',
  text: '# 2 Handshake\n\n## 2.1 Address\n- **C-2.1** (seed) The till opens.\n',
});
const sale = pageOf({
  path: 'messages/v1/pac/sale',
  file: 'docs/messages/v1/pac/sale.md',
  text: '# sale',
});

/** As if it were a guide. */
function written(text: string, file = 'docs/guide.md') {
  const page = pageOf({ path: 'guide', file, text });
  const links = linksBetween([contract, sale, page]);
  const { html, faults } = render(page, links);
  return { html: html.trim(), faults, sources: [...links.sources], pictures: links.pictures };
}

/** Where one link leads. */
function led(link: string): string | undefined {
  return /href="([^"]*)"/.exec(written(`[word](${link})`).html)?.[1];
}

test('a link between Markdown files leads from page to page', () => {
  assert.equal(led('messages/v1/pac/sale.md'), 'messages/v1/pac/sale');
  assert.equal(led('messages/v1/pac/sale.md#rules'), 'messages/v1/pac/sale#rules');
  assert.equal(led('#here'), '#here');
  assert.equal(led('guide.md#here'), '#here');
  assert.equal(led('https://example.org/a?b&c'), 'https://example.org/a?b&amp;c');
});

test('a heading of the contract is found in its chapter', () => {
  assert.equal(led('../PROTOCOL.md#21-address'), 'contract/2-handshake#21-address');
  assert.equal(led('../PROTOCOL.md'), 'contract');
});

test('schemas lead to the gateway, a folder of them to the list of their messages', () => {
  const schema = '/schemas/v1/pac/sale.request.json';
  assert.equal(led(`..${schema}`), schema);
  assert.equal(led('../schemas/openapi.json'), '/api/v1/openapi.json');
  assert.equal(led('../schemas/v1/waiter'), 'messages#play-the-waiter-v1');
});

test('another file of the repository is shown as it stands', () => {
  const { html, sources } = written('[all](../LICENSE)');
  assert.equal(html, '<p><a href="source/LICENSE">all</a></p>');
  assert.deepEqual(sources, ['LICENSE']);
});

test('a link that leads nowhere, or to a program, is a fault and no link', () => {
  for (const link of ['nothing.md', '/etc/passwd', 'javascript:alert(1)', 'data:text/html,x']) {
    const { html, faults } = written(`[word](${link})`);
    assert.deepEqual([html, faults], ['<p>word</p>', [`link ${link}`]]);
  }
  assert.deepEqual(written('See C-99.9.').faults, ['rule C-99.9']);
  assert.deepEqual(written('![a picture](a.png)').faults, ['picture a.png']);
  assert.deepEqual(written('![a](pictures/none.svg)').faults, ['picture pictures/none.svg']);
});

test('HTML in Markdown is shown and not obeyed', () => {
  const rude = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    'a <b onclick="x">bold</b> word',
    '<!-- hidden -->',
    '`<i>` and <pre>raw <i></pre>',
    '# A <u>heading</u>',
    '| <s>head</s> |\n| --- |\n| <s>cell</s> |',
    '```"><script>\n</code><script>\n```',
    '```json\n{"a<b>": "<i>\\"", "b": <i>}\n```',
    '[<b>text</b>](guide.md "<b>")',
    '<https://example.org/?"onclick=x>',
  ];
  for (const text of rude) {
    const { html } = written(text);
    const own = /<\/?(?:p|a|h1|div|pre|code|span|wbr|table|t[hrd]|thead|tbody|strong)(?= |>)/g;
    assert.doesNotMatch(html.replaceAll(own, ''), /<[a-z!/]/i, text);
    assert.doesNotMatch(html.replaceAll(/"[^"]*"/g, '""'), /<[^>]* on\w+=/, text);
  }
});

test('an entity stays what it is, and code shows what is written', () => {
  assert.equal(written('a &lt; b & c').html, '<p>a &lt; b &amp; c</p>');
  assert.equal(written('`&lt;`').html, '<p><code>&amp;lt;</code></p>');
});

test('a rule that is cited is a link, save in code and in links', () => {
  const cited = '<a class="cite" href="contract/2-handshake#C-2.1">C-2.1</a>';
  assert.equal(written('See C-2.1.').html, `<p>See ${cited}.</p>`);
  assert.equal(written('`C-2.1`').html, '<p><code>C-2.1</code></p>');
  // A link that is only a number means the rule itself.
  const ruled = '<p><a href="contract/2-handshake#C-2.1">C-2.1</a></p>';
  assert.equal(written('[C-2.1](../PROTOCOL.md#21-address)').html, ruled);
});

test('a shell is copied by its commands, a long message is folded, both say what they are', () => {
  assert.match(written('```console\n$ ls\n```').html, /<pre data-kind="console"><code>\$ ls\n/);
  const { html } = written('```jsonl\n{"id":1}\n{"id":2}\n```');
  assert.equal(html.match(/<span class="line">/g)?.length, 2);
});

test('headings have the anchors of GitHub, and each its own', () => {
  const { html } = written('# Top\n\n## The `tid` of it\n\n## Again\n\n## Again\n');
  const ids = [...html.matchAll(/<h\d id="([^"]+)"/g)].map(([, id]) => id);
  assert.deepEqual(ids, ['top', 'the-tid-of-it', 'again', 'again-1']);
});

test('a picture of the repository is part of the site, with its size', () => {
  const { html, faults, pictures } = written('![A "sale"](pictures/payments/sale.svg)');
  assert.match(
    html,
    /<img src="assets\/sale-[\w-]{8}\.svg" alt="A &quot;sale&quot;" width="\d+" height="\d+" loading="lazy">/,
  );
  assert.deepEqual(faults, []);
  assert.match([...pictures.values()].join(), /^<svg /);
});
