// A message as a program in PHP, on its own streams: PHP has no WebSocket. Pure.

import type { ProgramParts } from './program-parts.ts';
import { urlText } from './program-parts.ts';

export function phpProgram(parts: ProgramParts): string {
  const url = urlText(parts, "getenv('TILLGATE_TOKEN')", { join: ' . ', quote: single });
  return `<?php
// PHP 8.1 or newer; nothing else is needed.
$url = parse_url(${url});
$message = ${single(parts.message)};

$isSecure = $url['scheme'] === 'wss';
$port = $url['port'] ?? ($isSecure ? 443 : 80);
$socket = stream_socket_client(($isSecure ? 'tls' : 'tcp') . "://{$url['host']}:$port");
if (!$socket) exit(1);
$host = $url['host'] . (isset($url['port']) ? ":{$url['port']}" : '');
fwrite($socket, implode("\\r\\n", [
    "GET {$url['path']}?{$url['query']} HTTP/1.1",
    "Host: $host",
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: ' . base64_encode(random_bytes(16)),
    '',
    '',
]));
$status = fgets($socket);
if (!str_contains($status, ' 101 ')) fail("Refused: $status");
while (trim(fgets($socket)) !== '');

send($socket, 0x1, $message);
do {
    $text = receive($socket);
    echo $text, "\\n";
    // Progress and questions of the gateway have a method, the answer has none.
} while (isset(json_decode($text, true)['method']));
send($socket, 0x8, pack('n', 1000));

// A frame of RFC 6455, masked as those of a client are.
function send($socket, int $opcode, string $data): void
{
    $length = strlen($data);
    $size = match (true) {
        $length < 126 => chr(0x80 | $length),
        $length < 65536 => chr(0x80 | 126) . pack('n', $length),
        default => chr(0x80 | 127) . pack('J', $length),
    };
    $mask = random_bytes(4);
    fwrite($socket, chr(0x80 | $opcode) . $size . $mask . ($data ^ str_pad('', $length, $mask)));
}

// The next text, of one or more frames; a ping on the way is answered.
function receive($socket): string
{
    $text = '';
    while (true) {
        [$first, $second] = array_values(unpack('C2', take($socket, 2)));
        $length = match ($second) {
            126 => unpack('n', take($socket, 2))[1],
            127 => unpack('J', take($socket, 8))[1],
            default => $second,
        };
        $data = take($socket, $length);
        $opcode = $first & 0xf;
        if ($opcode === 0x8) fail('The connection ended: ' . substr($data, 2));
        if ($opcode === 0x9) send($socket, 0xa, $data);
        if ($opcode > 0x2) continue;
        $text .= $data;
        if ($first & 0x80) return $text;
    }
}

function take($socket, int $length): string
{
    $data = '';
    while (strlen($data) < $length) {
        $part = fread($socket, $length - strlen($data));
        if ($part === false || $part === '') fail('The connection was lost.');
        $data .= $part;
    }
    return $data;
}

function fail(string $why): never
{
    fwrite(STDERR, trim($why) . "\\n");
    exit(1);
}
`;
}

/** In single quotes, where PHP replaces nothing. */
function single(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
