// A message as a program in JavaScript, on the WebSocket that Node and browsers have. Pure.

import type { ProgramParts } from './program-parts.ts';
import { urlText } from './program-parts.ts';

export function javascriptProgram(parts: ProgramParts): string {
  return `// Node 22 or newer, or a browser.
const message = ${literal(parts.message)};

const socket = new WebSocket(${urlText(parts, 'process.env.TILLGATE_TOKEN')});
socket.addEventListener('open', () => socket.send(message));
socket.addEventListener('message', ({ data }) => {
  console.log(data);
  // Progress and questions of the gateway have a method, the answer has none.
  if (!('method' in JSON.parse(data))) socket.close(1000);
});
socket.addEventListener('close', ({ code, reason }) => {
  if (code !== 1000) throw new Error(\`The connection ended: \${code} \${reason}\`);
});
`;
}

/** JSON as a value that is easy to change; any other text as it is. */
function literal(message: string): string {
  try {
    JSON.parse(message);
    return `JSON.stringify(${message})`;
  } catch {
    return JSON.stringify(message);
  }
}
