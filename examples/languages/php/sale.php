<?php
// A sale at the counter: php sale.php TID AMOUNT [accept|reject]
//
// Without the third word the cashier is asked whether a signature matches. Exit code 0: paid, 1: not paid, 3: not known.

declare(strict_types=1);

require_once __DIR__ . '/line.php';

/** The gateway answers a sale within 280 s. */
const LIMIT_SECONDS = 290;

final class Sale implements Handler
{
    public ?array $answer = null;
    private ?bool $verdict = null;
    private ?Closure $answerSignature = null;
    private Line $line;

    public function __construct(private readonly ?string $signature)
    {
        $this->line = new Line(Line::address(), $this);
    }

    /** Gives the exit code. */
    public function sell(string $tid, int $amount): int
    {
        $this->line->start();
        $params = ['tid' => $tid, 'currency' => 'GBP', 'amount' => $amount];
        $this->line->request('sale', $params, function (array $answer) {
            $this->answer = $answer;
        });
        if (!$this->line->run(fn () => $this->answer !== null, LIMIT_SECONDS)) {
            return unknown($tid);
        }
        $this->line->finish();
        return outcome($tid, $this->answer);
    }

    public function onRequest(string $method, array $params, Closure $answer): void
    {
        if ($method !== 'signatureVerificationRequest') {
            return;
        }
        // Asked again after a reconnect, under a new id: the cashier is asked once.
        $isFirst = $this->answerSignature === null;
        $this->answerSignature = fn () => $answer(['accepted' => $this->verdict]);
        if ($isFirst) {
            $this->ask($params);
        }
        if ($this->verdict !== null) {
            ($this->answerSignature)();
        }
    }

    public function onNotification(string $method, array $params): void
    {
        if ($method === 'terminalNotification') {
            echo "{$params['tid']}: {$params['notificationValue']}\n";
        }
    }

    private function ask(array $params): void
    {
        printReceipt($params['receiptLines']['MERCHANT']);
        if ($this->signature !== null) {
            $this->verdict = $this->signature === 'accept';
            return;
        }
        echo "Does the signature match the card? [y/n]\n";
        // Not fgets alone: the connection must be read while the cashier looks.
        $this->line->watch(STDIN, function () {
            $this->line->unwatch(STDIN);
            $this->verdict = strtolower(trim((string) fgets(STDIN))) === 'y';
            ($this->answerSignature)();
        });
    }
}

/** Pence or cents of an amount as it is typed. Not by (int) ($text * 100): 19.99 * 100 is 1998.99... */
function minorUnits(string $text): int
{
    if (!preg_match('/^(\d{1,6})(?:\.(\d\d))?$/', $text, $parts)) {
        throw new InvalidArgumentException("not an amount: $text");
    }
    return (int) $parts[1] * 100 + (int) ($parts[2] ?? 0);
}

function outcome(string $tid, array $answer): int
{
    if (isset($answer['error'])) {
        // Nothing was handed to a card machine.
        echo $answer['error']['data']['userMessage'], "\n";
        return 1;
    }
    $result = $answer['result'];
    if ($result['transactionResult'] === 'TIMED_OUT') {
        return unknown($tid);
    }
    printReceipt($result['receiptLines']['CUSTOMER'] ?? []);
    echo "{$result['transactionResult']}: {$result['amountTotal']}\n";
    return $result['transactionResult'] === 'SUCCESSFUL' ? 0 : 1;
}

function unknown(string $tid): int
{
    echo "NOT KNOWN: check card machine $tid before anything is repeated.\n";
    return 3;
}

function printReceipt(array $lines): void
{
    foreach ($lines as $line) {
        echo "  | {$line['value']}\n";
    }
}

try {
    exit((new Sale($argv[3] ?? null))->sell($argv[1], minorUnits($argv[2])));
} catch (Refused $why) {
    fwrite(STDERR, "refused: {$why->getMessage()}\n");
    exit(1);
}
