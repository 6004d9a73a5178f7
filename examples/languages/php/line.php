<?php
// A till's connection to the gateway, opened again whenever it is lost. JSON-RPC 2.0 both ways.
//
// PHP has one thread: pings are answered, and anything is received, only inside `run`. A till that waits for the cashier
// or for a printer elsewhere is disconnected after 40 s, so what it waits for is a stream that `run` watches.

declare(strict_types=1);

require_once __DIR__ . '/websocket.php';

/** The gateway refuses this till for good: a person has to change a setting. */
final class Refused extends Exception
{
}

/** There is no connection: nothing was sent. */
final class NotConnected extends Exception
{
}

/** Gets what the gateway sends, in order. It must be quick: nothing else is received meanwhile. */
interface Handler
{
    /** May keep $answer, and call it later with the result. */
    public function onRequest(string $method, array $params, Closure $answer): void;

    public function onNotification(string $method, array $params): void;
}

final class Line
{
    /** Close codes after which the till must not connect again: another till took over, token revoked. */
    private const FINAL = [4001, 4003];
    /** The gateway pings every 20 s: if nothing comes for longer than two pings, the connection is dead. */
    private const SILENCE_SECONDS = 45;
    private const CONNECT_SECONDS = 10;

    private ?WebSocket $socket = null;
    /** @var array<int, Closure> Who waits for the answer, by id. */
    private array $waiting = [];
    /** @var array<int, array{resource, Closure}> */
    private array $watched = [];
    private int $lastId;
    private float $heard = 0;
    private float $retryAt = 0;
    private float $pause = 1;

    public function __construct(private readonly string $uri, private readonly Handler $handler)
    {
        // An id must not come again within a day, for which the gateway keeps results.
        $this->lastId = (int) (microtime(true) * 10) % 864_000;
    }

    /** A setting: each site has its own host and token, each till its own epos-id. */
    public static function address(): string
    {
        return getenv('TILLGATE_URI') ?: 'ws://127.0.0.1:8765/pac?token=00000000-0000-0000-0000-000000000000'
            . '&api-version=v1&software-house-id=ABC123&installer-id=123ABC&epos-id=TILL-1';
    }

    /** Returns when the gateway has accepted this till. */
    public function start(): void
    {
        $this->run(fn () => $this->socket !== null);
    }

    /**
     * Receives until $isDone() is true, and gives true; after $seconds it gives false. Connects again when the connection
     * is lost. Throws Refused when the gateway ends this till's connection for good.
     */
    public function run(Closure $isDone, float $seconds = INF): bool
    {
        $end = now() + $seconds;
        while (!$isDone()) {
            if (now() >= $end) {
                return false;
            }
            if ($this->socket === null && now() >= $this->retryAt) {
                $this->connect();
            } else {
                $this->receiveUntil($end);
            }
        }
        return true;
    }

    /**
     * $then gets the whole answer, with `result` or `error`. With an epos-id it may come on a later connection, so give
     * `run` a limit. Throws NotConnected if there is no connection.
     */
    public function request(string $method, array $params, Closure $then): void
    {
        if ($this->socket === null) {
            throw new NotConnected();
        }
        $this->lastId += 1;
        $this->waiting[$this->lastId] = $then;
        // An empty array would be [] and no object.
        $message = ['id' => $this->lastId, 'method' => $method, 'params' => (object) $params];
        // If the connection is lost here, the request may have arrived all the same.
        self::send($this->socket, $message);
    }

    /**
     * For a program that ends after a result: the gateway's ping, whose pong confirms the delivery, comes before this
     * answer.
     */
    public function finish(): void
    {
        $isAnswered = false;
        try {
            $this->request('connectedTerminals', [], function () use (&$isAnswered) {
                $isAnswered = true;
            });
            $this->run(function () use (&$isAnswered) {
                return $isAnswered;
            }, 10);
        } catch (NotConnected) {
            // Then the result comes again on the next connection.
        }
    }

    /** While `run` runs, $onReadable is called when $stream can be read without waiting. */
    public function watch(mixed $stream, Closure $onReadable): void
    {
        $this->watched[(int) $stream] = [$stream, $onReadable];
    }

    public function unwatch(mixed $stream): void
    {
        unset($this->watched[(int) $stream]);
    }

    private function connect(): void
    {
        try {
            $this->socket = WebSocket::open($this->uri, self::CONNECT_SECONDS);
            $this->heard = now();
            $this->pause = 1;
            echo "connected\n";
        } catch (ConnectionLost $failed) {
            self::throwIfRefused($this->uri);
            $this->connectLater($failed);
        }
    }

    private function connectLater(ConnectionLost $failed): void
    {
        fwrite(STDERR, "not connected: {$failed->getMessage()}\n");
        // Heeded up to 60 s. Tills that were disconnected together must not come back together.
        $this->retryAt = now() + min(60, $failed->retryAfter) + $this->pause * random_int(500, 1000) / 1000;
        $this->pause = min($this->pause * 2, 30);
    }

    private function receiveUntil(float $end): void
    {
        $socket = $this->socket;
        $readable = $this->readable(min($end, $socket ? $this->heard + self::SILENCE_SECONDS : $this->retryAt));
        try {
            if ($socket && isset($readable[(int) $socket->stream])) {
                $this->heard = now();
                foreach ($socket->receive() as $text) {
                    $this->receive($socket, $text);
                }
            } elseif ($socket && now() >= $this->heard + self::SILENCE_SECONDS) {
                throw new ConnectionLost('nothing came for ' . self::SILENCE_SECONDS . ' s');
            }
        } catch (ConnectionLost $lost) {
            $this->socket = null;
            $socket->close();
            if (in_array($lost->closeCode, self::FINAL, true)) {
                throw new Refused($lost->getMessage());
            }
            $this->connectLater($lost);
        }
        foreach (array_intersect_key($this->watched, $readable) as [, $onReadable]) {
            $onReadable();
        }
    }

    /** The streams that can be read, by their numbers; none at $end. */
    private function readable(float $end): array
    {
        $streams = array_column($this->watched, 0);
        if ($this->socket) {
            $streams[] = $this->socket->stream;
        }
        $wait = (int) ceil(max(0, min($end - now(), 3600)) * 1e6);
        if ($streams === []) {
            usleep($wait);
            return [];
        }
        [$write, $except] = [[], []];
        stream_select($streams, $write, $except, intdiv($wait, 1_000_000), $wait % 1_000_000);
        return array_fill_keys(array_map(intval(...), $streams), true);
    }

    private function receive(WebSocket $socket, string $text): void
    {
        // As text a number that is no int keeps its digits; it would become a float.
        $message = json_decode($text, true, flags: JSON_THROW_ON_ERROR | JSON_BIGINT_AS_STRING);
        // isset is false for null, too.
        $id = isset($message['id']) ? $message['id'] : null;
        if (!isset($message['method'])) {
            $this->answered($id, $message);
        } elseif ($id === null) {
            $this->handler->onNotification($message['method'], $message['params']);
        } else {
            // The gateway's ids are its own: one may be that of a request of the till. A request of a lost connection is
            // sent again on the next one.
            $answer = function (array $result) use ($socket, $id) {
                if ($socket === $this->socket) {
                    self::send($socket, ['id' => $id, 'result' => (object) $result]);
                }
            };
            $this->handler->onRequest($message['method'], $message['params'], $answer);
        }
    }

    private function answered(int|string|null $id, array $message): void
    {
        $then = $this->waiting[$id] ?? null;
        if ($then === null) {
            // An error without an id, or a result that an earlier run of this till has missed.
            fwrite(STDERR, 'unclaimed: ' . substr(json_encode($message), 0, 200) . "\n");
            return;
        }
        unset($this->waiting[$id]);
        $then($message);
    }

    private static function send(WebSocket $socket, array $message): void
    {
        $flags = JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES;
        $socket->send(json_encode(['jsonrpc' => '2.0', ...$message], $flags));
    }

    /** Throws Refused if the gateway itself refuses this address for good. */
    private static function throwIfRefused(string $uri): void
    {
        $url = preg_replace('#^ws(s?)://([^/]+)#', 'http$1://$2/handshake', $uri);
        $options = ['timeout' => self::CONNECT_SECONDS, 'ignore_errors' => true];
        $body = @file_get_contents($url, false, stream_context_create(['http' => $options]));
        $status = (int) (explode(' ', $http_response_header[0] ?? '')[1] ?? 0);
        // These pass by themselves. Any other without the gateway's own body is a proxy's.
        $passes = $status < 400 || $status === 429 || $status >= 500;
        $why = json_decode((string) $body, true)['message'] ?? null;
        if ($why !== null && !$passes) {
            throw new Refused($why);
        }
    }
}

/** In seconds, by a clock that nobody sets. */
function now(): float
{
    return hrtime(true) / 1e9;
}
