// A message as a program in C#, on the ClientWebSocket of .NET. Pure.

import type { ProgramParts } from './program-parts.ts';
import { urlText } from './program-parts.ts';

export function csharpProgram(parts: ProgramParts): string {
  const token = 'Environment.GetEnvironmentVariable("TILLGATE_TOKEN")';
  return `// .NET; or Mono: mcs -r:System.Runtime.Serialization -r:System.Xml -r:System.Xml.Linq SendMessage.cs
using System;
using System.IO;
using System.Net.WebSockets;
using System.Runtime.Serialization.Json;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using System.Xml;
using System.Xml.Linq;

static class SendMessage
{
    const string Message = @"
${parts.message.replaceAll('"', '""')}
";

    static void Main()
    {
        Run().GetAwaiter().GetResult();
    }

    static async Task Run()
    {
        var url = ${urlText(parts, token)};
        using (var socket = new ClientWebSocket())
        {
            await socket.ConnectAsync(new Uri(url), CancellationToken.None);
            var message = new ArraySegment<byte>(Encoding.UTF8.GetBytes(Message));
            await socket.SendAsync(message, WebSocketMessageType.Text, true, CancellationToken.None);
            byte[] received;
            do
            {
                received = await Receive(socket);
                Console.WriteLine(Encoding.UTF8.GetString(received));
            } while (!IsAnswer(received));
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        }
    }

    static async Task<byte[]> Receive(ClientWebSocket socket)
    {
        var buffer = new byte[8192];
        var message = new MemoryStream();
        WebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(new ArraySegment<byte>(buffer), CancellationToken.None);
            if (part.MessageType == WebSocketMessageType.Close)
                throw new IOException("The connection ended: " + part.CloseStatusDescription);
            message.Write(buffer, 0, part.Count);
        } while (!part.EndOfMessage);
        return message.ToArray();
    }

    /** Progress and questions of the gateway have a method, the answer has none. */
    static bool IsAnswer(byte[] received)
    {
        var quotas = XmlDictionaryReaderQuotas.Max;
        using (var reader = JsonReaderWriterFactory.CreateJsonReader(received, quotas))
            return XElement.Load(reader).Element("method") == null;
    }
}
`;
}
