<?php
// The client of a WebSocket (RFC 6455) on a stream: PHP has none of its own.

declare(strict_types=1);

final class ConnectionLost extends Exception
{
    /**
     * The close code is 1006 if the connection ended without one. A refused handshake may say after how many seconds to
     * try again.
     */
    public function __construct(
        string $why,
        public readonly int $closeCode = 1006,
        public readonly int $retryAfter = 0,
    ) {
        parent::__construct($why);
    }
}

final class WebSocket
{
    private const TEXT = 0x1;
    private const CLOSE = 0x8;
    private const PING = 0x9;
    private const PONG = 0xa;
    private const MAXIMUM = 1024 * 1024;

    /** What has arrived and is no whole frame yet. */
    private string $bytes = '';
    /** The parts of a message so far. */
    private string $text = '';

    /** @param resource $stream */
    private function __construct(public readonly mixed $stream)
    {
    }

    /** Throws ConnectionLost if there is no connection after $seconds. */
    public static function open(string $uri, int $seconds): self
    {
        $url = parse_url($uri);
        $isSecure = $url['scheme'] === 'wss';
        $port = $url['port'] ?? ($isSecure ? 443 : 80);
        $address = ($isSecure ? 'tls' : 'tcp') . "://{$url['host']}:$port";
        // Why a certificate is not trusted stands in the first of several warnings.
        $warnings = [];
        set_error_handler(function (int $_, string $warning) use (&$warnings) {
            return (bool) array_push($warnings, $warning);
        });
        $stream = stream_socket_client($address, timeout: $seconds);
        restore_error_handler();
        if (!$stream) {
            throw new ConnectionLost($warnings[0] ?? 'no connection');
        }
        stream_set_timeout($stream, $seconds);
        self::upgrade($stream, $url);
        stream_set_blocking($stream, false);
        return new self($stream);
    }

    public function send(string $text): void
    {
        $this->sendFrame(self::TEXT, $text);
    }

    /**
     * Gives the messages that have arrived, and waits for none. A ping is answered when the messages before it have
     * been dealt with. Throws ConnectionLost when the connection has ended.
     *
     * @return iterable<string>
     */
    public function receive(): iterable
    {
        while (($part = @fread($this->stream, 65536)) !== false && $part !== '') {
            $this->bytes .= $part;
        }
        while ($frame = $this->takeFrame()) {
            [$opcode, $isLast, $data] = $frame;
            if ($opcode === self::CLOSE) {
                $code = strlen($data) < 2 ? 1005 : unpack('n', $data)[1];
                throw new ConnectionLost(substr($data, 2), $code);
            }
            if ($opcode === self::PING) {
                $this->sendFrame(self::PONG, $data);
            }
            if ($opcode > self::TEXT) {
                continue;
            }
            // A message may come in parts.
            $this->text .= $data;
            if ($isLast) {
                $text = $this->text;
                $this->text = '';
                yield $text;
            }
        }
        if (feof($this->stream)) {
            throw new ConnectionLost('the connection ended');
        }
    }

    public function close(): void
    {
        fclose($this->stream);
    }

    /** @param resource $stream */
    private static function upgrade(mixed $stream, array $url): void
    {
        $key = base64_encode(random_bytes(16));
        fwrite($stream, implode("\r\n", [
            'GET ' . ($url['path'] ?? '/') . '?' . ($url['query'] ?? '') . ' HTTP/1.1',
            "Host: {$url['host']}" . (isset($url['port']) ? ":{$url['port']}" : ''),
            'Upgrade: websocket',
            'Connection: Upgrade',
            'Sec-WebSocket-Version: 13',
            "Sec-WebSocket-Key: $key",
            '',
            '',
        ]));
        $head = '';
        while (($line = fgets($stream)) !== false && trim($line) !== '') {
            $head .= $line;
        }
        $accept = base64_encode(sha1($key . '258EAFA5-E914-47DA-95CA-C5AB0DC85B11', true));
        $isAccepted = preg_match('/^Sec-WebSocket-Accept:\s*(\S+)/mi', $head, $found) && $found[1] === $accept;
        if (!str_starts_with($head, 'HTTP/1.1 101 ') || !$isAccepted) {
            preg_match('/^Retry-After:\s*(\d+)\s*$/mi', $head, $wait);
            throw new ConnectionLost(strtok($head, "\r\n") ?: 'no answer', retryAfter: (int) ($wait[1] ?? 0));
        }
    }

    /** @return array{int, bool, string}|null */
    private function takeFrame(): ?array
    {
        $length = $this->length(2) ? ord($this->bytes[1]) : 0;
        $start = match ($length) {
            126 => 4,
            127 => 10,
            default => 2,
        };
        if (!$this->length($start)) {
            return null;
        }
        $length = match ($start) {
            4 => unpack('n', $this->bytes, 2)[1],
            10 => unpack('J', $this->bytes, 2)[1],
            default => $length,
        };
        // The gateway sends no message that is longer.
        if ($length < 0 || $length > self::MAXIMUM || strlen($this->text) > self::MAXIMUM) {
            throw new ConnectionLost('a message is too long');
        }
        if (!$this->length($start + $length)) {
            return null;
        }
        $first = ord($this->bytes[0]);
        $data = substr($this->bytes, $start, $length);
        $this->bytes = substr($this->bytes, $start + $length);
        return [$first & 0xf, ($first & 0x80) !== 0, $data];
    }

    private function length(int $wanted): bool
    {
        return strlen($this->bytes) >= $wanted;
    }

    /** Masked, as the frames of a client are. If the connection is lost, `receive` says so. */
    private function sendFrame(int $opcode, string $data): void
    {
        $length = strlen($data);
        $size = match (true) {
            $length < 126 => chr(0x80 | $length),
            $length < 65536 => chr(0x80 | 126) . pack('n', $length),
            default => chr(0x80 | 127) . pack('J', $length),
        };
        $mask = random_bytes(4);
        $frame = chr(0x80 | $opcode) . $size . $mask . ($data ^ str_pad('', $length, $mask));
        while ($frame !== '') {
            $written = @fwrite($this->stream, $frame);
            if ($written === false || ($written === 0 && !$this->isWritable())) {
                stream_socket_shutdown($this->stream, STREAM_SHUT_RDWR);
                return;
            }
            $frame = substr($frame, $written);
        }
    }

    private function isWritable(): bool
    {
        [$read, $write, $except] = [[], [$this->stream], []];
        return stream_select($read, $write, $except, 10) === 1;
    }
}
