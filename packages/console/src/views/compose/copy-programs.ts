// A message as a small program on a WebSocket library of a language: it connects, sends the message, prints what comes,
// and ends with the answer. `test/languages` runs each of them. Pure.

import type { GatewayAddress } from '../../socket/gateway-address.ts';
import { connectionUrl, EXAMPLE_TOKEN } from '../../socket/gateway-address.ts';
import type { Copied, Written } from './copy-as.ts';
import { asJson, requestOf } from './copy-as.ts';
import { csharpProgram } from './programs/csharp.ts';
import { goProgram } from './programs/go.ts';
import { javaProgram } from './programs/java.ts';
import { javascriptProgram } from './programs/javascript.ts';
import { phpProgram } from './programs/php.ts';
import type { ProgramParts } from './programs/program-parts.ts';
import { pythonProgram } from './programs/python.ts';

const asProgram =
  (write: (parts: ProgramParts) => string) =>
  (written: Written): Copied => {
    const { text, where } = written;
    if (requestOf(text) === 'answer') {
      return {
        why: 'An answer belongs to a question on its own connection; a program has another.',
      };
    }
    return { text: write({ message: asJson({ text }).text.trimEnd(), url: urlParts(where) }) };
  };

export const asJavaScript = asProgram(javascriptProgram);
export const asPython = asProgram(pythonProgram);
export const asJava = asProgram(javaProgram);
export const asCSharp = asProgram(csharpProgram);
export const asGo = asProgram(goProgram);
export const asPhp = asProgram(phpProgram);

/** A secret is left out: the text may go anywhere. */
function urlParts(where: GatewayAddress): ProgramParts['url'] {
  if (where.token === EXAMPLE_TOKEN) return [connectionUrl(where)];
  const [before = '', after = ''] = connectionUrl({ ...where, token: '' }).split(/(?<=\?token=)/);
  return [before, after];
}
