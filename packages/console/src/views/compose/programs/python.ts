// A message as a program in Python, on the package websockets. Pure.

import type { ProgramParts } from './program-parts.ts';
import { urlText } from './program-parts.ts';

export function pythonProgram(parts: ProgramParts): string {
  return `# Needs the package websockets: pip install websockets, or Debian's python3-websockets.
import asyncio
import json
import os

import websockets

URL = ${urlText(parts, 'os.environ["TILLGATE_TOKEN"]')}
MESSAGE = """
${escaped(parts.message)}
"""


async def main():
    async with websockets.connect(URL) as socket:
        await socket.send(MESSAGE)
        async for text in socket:
            print(text)
            # Progress and questions of the gateway have a method, the answer has none.
            if "method" not in json.loads(text):
                break


asyncio.run(main())
`;
}

function escaped(message: string): string {
  return message.replaceAll('\\', '\\\\').replaceAll('"""', '\\"\\"\\"');
}
