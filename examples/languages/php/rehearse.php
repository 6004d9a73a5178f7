<?php
// A counter till that is rehearsed: tillgate rehearse --at counter --till "php rehearse.php"
//
// The rehearsal gives the address in CONNECT_PAC_URI, writes what to press as lines of JSON to stdin, and reads a line of
// JSON for each.

declare(strict_types=1);

require_once __DIR__ . '/line.php';

const METHODS = [
    'sale' => 'sale',
    'refund' => 'refund',
    'pre-auth' => 'preAuth',
    'completion' => 'completion',
    'verify' => 'accountVerification',
];
// Only SUCCESSFUL is paid. TIMED_OUT is not known.
const WORDS = [
    'SUCCESSFUL' => 'approved',
    'DECLINED' => 'declined',
    'CANCELLED' => 'cancelled',
    'VOID' => 'void',
    'UNSUCCESSFUL' => 'unsuccessful',
    'TIMED_OUT' => 'unknown',
];

final class Rehearsed implements Handler
{
    private readonly Line $line;
    private string $signature = 'accept';
    /** Counts the transactions, so that the booking of a later one stays. */
    private int $count = 0;
    /** What this till holds for true about its last transaction. */
    private array $last = ['outcome' => 'none'];
    /** What the printer of this till has printed for it, copy by copy. */
    private array $printed = [];

    public function __construct(string $uri)
    {
        $this->line = new Line($uri, $this);
    }

    public function serve(): void
    {
        $this->line->start();
        $isOver = false;
        $this->line->watch(STDIN, function () use (&$isOver) {
            $command = fgets(STDIN);
            $isOver = $command === false;
            if (!$isOver) {
                echo json_encode((object) $this->press(json_decode($command, true))), "\n";
            }
        });
        $this->line->run(function () use (&$isOver) {
            return $isOver;
        });
    }

    public function onRequest(string $method, array $params, Closure $answer): void
    {
        if ($method !== 'signatureVerificationRequest') {
            return;
        }
        $this->printed['slip'] = $params['receiptLines']['MERCHANT'];
        if ($this->signature !== 'none') {
            $answer(['accepted' => $this->signature === 'accept']);
        }
    }

    public function onNotification(string $method, array $params): void
    {
    }

    private function press(array $command): array
    {
        ['do' => $do] = $command;
        unset($command['do']);
        if (isset(METHODS[$do])) {
            if (isset($command['cashback'])) {
                $command['amountCashback'] = $command['cashback'];
                unset($command['cashback']);
            }
            $this->take(METHODS[$do], $command);
            return [];
        }
        return match ($do) {
            'cancel' => $this->cancel($command),
            'signature' => $this->answerFromNowOn($command['answer']),
            'status' => $this->last,
            'receipts' => ['printed' => (object) $this->printed],
            default => ['unsupported' => true],
        };
    }

    private function cancel(array $params): array
    {
        $this->line->request('cancelTransaction', $params, fn () => null);
        return [];
    }

    private function answerFromNowOn(string $signature): array
    {
        $this->signature = $signature;
        return [];
    }

    /** Asked for once, whatever happens: the answer may come on a later connection. */
    private function take(string $method, array $params): void
    {
        $this->last = ['outcome' => 'open'];
        $this->printed = [];
        $number = ++$this->count;
        try {
            $this->line->request($method, $params, function (array $answer) use ($number) {
                if ($number === $this->count) {
                    $this->last = $this->booked($answer);
                    $this->printed += array_change_key_case($answer['result']['receiptLines'] ?? []);
                }
            });
        } catch (NotConnected) {
            $this->last = ['outcome' => 'refused'];
        }
    }

    private function booked(array $answer): array
    {
        if (isset($answer['error'])) {
            return ['outcome' => 'refused'];
        }
        ['transactionResult' => $result, 'amountTotal' => $total] = $answer['result'];
        $outcome = WORDS[$result];
        return $outcome === 'approved' ? ['outcome' => $outcome, 'amountTotal' => $total] : ['outcome' => $outcome];
    }
}

try {
    (new Rehearsed(getenv('CONNECT_PAC_URI') . '&epos-id=PHP-1'))->serve();
} catch (Refused $why) {
    fwrite(STDERR, "refused: {$why->getMessage()}\n");
    exit(1);
}
