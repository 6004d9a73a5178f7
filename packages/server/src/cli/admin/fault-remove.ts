// `tillgate fault remove`: ends a fault of a test site of a running gateway, or all of them.

import { command as define } from '../command.ts';
import { exitCode, UsageError } from '../exit-code.ts';
import { hint, printJson, progress } from '../output.ts';
import { faultOptions, faultsOf, siteOf } from './fault-request.ts';
import { requestRoute } from './gateway-api.ts';

export const command = define({
  usage: 'fault remove ID|--all [options]',
  about: [
    'Removes a fault of a test site of a running gateway. What it changed of a card machine or a connection',
    'ends; what it held goes on.',
  ],
  words: ['[ID]'],
  options: { all: { type: 'boolean', about: 'Every fault of the site.' }, ...faultOptions },
  run: async (values, [id]) => {
    const { all = false, json } = values;
    if ((id === undefined) !== all) throw new UsageError('Give the ID of one fault, or --all.');
    const site = await siteOf(values);
    const ids = id === undefined ? (await faultsOf(values, site)).map((fault) => fault.id) : [id];
    if (ids.length === 0) hint('The site has no fault.');
    for (const one of ids) {
      await requestRoute(values, 'removeFault', { params: { site, id: one } });
      if (json) printJson({ id: one });
      else progress(`Removed ${one}.`);
    }
    return exitCode.done;
  },
});
