// What stands at the head of a message's page: where to try it, and its raw schemas to take away.

import type { Exchange, Version } from '@tillgate/protocol';
import { dialects, exchangesOf } from '@tillgate/protocol';
import { escapeHtml } from './html.ts';

/** Empty where the page is no message's. */
export function actionsOf(path: string): string {
  const [, version = '', integration = '', name = ''] =
    /^messages\/(\w+)\/(\w+)\/(\w+)$/.exec(path) ?? [];
  const dialect = Object.values(dialects).find((one) => one.version === version);
  const exchange =
    dialect &&
    exchangesOf(dialect).find((one) => one.integration === integration && one.name === name);
  if (!exchange) return '';
  const { message, response } = exchange;
  const { href, label } = tryIt(dialect.version, exchange);
  const schemas = [message, ...(response ? [response] : [])].map((message) => {
    const file = `${message.name}.json`;
    const kind = message.name.split('.')[1];
    const address = escapeHtml(`/schemas/${version}/${integration}/${file}`);
    const what = kind && response ? `Raw schema: ${kind}` : 'Raw schema';
    return `<a class="button" href="${address}" download="${escapeHtml(file)}">${what}</a>`;
  });
  const trial = `<a class="button main" href="${escapeHtml(href)}">${label}</a>`;
  return `<p class="actions">${[trial, ...schemas].join('\n')}</p>\n`;
}

/** Compose writes what a till says; all else is seen at a card machine. */
export function tryIt(version: Version, exchange: Exchange) {
  const { integration, message, response } = exchange;
  const isTills = integration === 'pac' || integration === 'pat';
  const said = [message, response].find((one) => one && ['till', 'either'].includes(one.sender));
  if (isTills && said) return { href: compose(version, integration, said.name), label: 'Try it' };
  if (integration === 'pac') {
    return { href: compose(version, integration, 'sale.request'), label: 'Try it with a sale' };
  }
  return { href: '/machine/', label: 'Try it at a card machine' };
}

function compose(version: Version, integration: string, message: string): string {
  return `/console/#/compose?${new URLSearchParams({ version, integration, message })}`;
}
