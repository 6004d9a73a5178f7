// `tillgate fault list`: the faults of a test site of a running gateway.

import { command as define } from '../command.ts';
import { commandText } from '../command-name.ts';
import { exitCode } from '../exit-code.ts';
import { printJson, printTable } from '../output.ts';
import { faultOptions, faultRow, faultsOf, siteOf } from './fault-request.ts';

export const command = define({
  usage: 'fault list [options]',
  about: [
    'Lists the faults of a test site of a running gateway, in the order they were added. One that happened',
    'and is over stays listed until it is removed.',
  ],
  options: faultOptions,
  run: async (values) => {
    const faults = await faultsOf(values, await siteOf(values));
    if (values.json) for (const fault of faults) printJson(fault);
    else {
      const none = `The site has no fault. Add one: ${commandText('fault add FILE')}`;
      printTable(['ID', 'WHEN', 'THEN', 'STATE'], faults.map(faultRow), none);
    }
    return exitCode.done;
  },
});
