<?php
// A restaurant till: php tables.php FILE.json
//
// The file holds the tables and what was paid, and is written before the next message is received.

declare(strict_types=1);

require_once __DIR__ . '/line.php';

const CURRENCY = 'GBP';

/** The tables of a JSON file. A table: `total`, `lockedBy`, `payments` by paymentId. */
final class Tables implements Handler
{
    /** @var array<string|int, array> A name of digits becomes an int as a key of an array. */
    private array $tables = [
        '1' => ['total' => 2900, 'lockedBy' => null, 'payments' => []],
        '12' => ['total' => 6640, 'lockedBy' => null, 'payments' => []],
    ];

    public function __construct(private readonly string $path)
    {
        if (file_exists($path)) {
            $this->tables = json_decode(file_get_contents($path), true, flags: JSON_THROW_ON_ERROR);
        }
    }

    public function onRequest(string $method, array $params, Closure $answer): void
    {
        match ($method) {
            'tableListRequest' => $answer($this->listed()),
            'tableLockRequest' => $answer($this->lock($params)),
            'posReceiptRequest' => $answer($this->bill($params['tableId'])),
            default => fwrite(STDERR, "unknown request $method\n"),
        };
    }

    public function onNotification(string $method, array $params): void
    {
        match ($method) {
            'transactionResponse' => $this->book($params),
            'tableUnlock' => $this->unlock($params),
            default => fwrite(STDERR, "unknown notification $method\n"),
        };
    }

    private function listed(): array
    {
        $unpaid = array_filter($this->tables, fn (array $bill) => left($bill) > 0);
        // Names of digits are ints here; on the wire all are strings.
        return ['tables' => array_map(strval(...), array_keys($unpaid)), 'currency' => CURRENCY];
    }

    private function lock(array $params): array
    {
        ['tid' => $tid, 'tableId' => $table] = $params;
        $bill = $this->tables[$table] ?? null;
        if ($bill === null || !in_array($bill['lockedBy'], [null, $tid], true)) {
            return ['confirmed' => false, 'userMessage' => 'This table is not available.'];
        }
        $this->tables[$table]['lockedBy'] = $tid;
        $this->save();
        echo "$tid locks table $table: ", left($bill), " to pay\n";
        return ['confirmed' => true, 'amount' => left($bill), 'currency' => CURRENCY];
    }

    private function bill(string $table): array
    {
        $left = left($this->tables[$table] ?? ['total' => 0, 'payments' => []]);
        $toPay = sprintf('To pay %14d.%02d', intdiv($left, 100), $left % 100);
        return ['receiptLines' => [['value' => "Table $table", 'format' => ['BOLD']], ['value' => $toPay]]];
    }

    /** A payment may be told twice; its paymentId is booked once. */
    private function book(array $params): void
    {
        $table = $params['tableId'];
        // Money is booked even if this till has lost the table.
        $this->tables[$table] ??= ['total' => 0, 'lockedBy' => null, 'payments' => []];
        foreach ($params['payments'] as $payment) {
            $isKnown = isset($this->tables[$table]['payments'][$payment['paymentId']]);
            $this->tables[$table]['payments'][$payment['paymentId']] = $payment;
            echo "table $table: {$payment['amountPaid']} ", $isKnown ? "is booked already\n" : "is booked\n";
        }
        $this->save();
    }

    private function unlock(array $params): void
    {
        ['tid' => $tid, 'tableId' => $table] = $params;
        // As a precaution the gateway also unlocks what this card machine does not hold.
        if (($this->tables[$table]['lockedBy'] ?? null) === $tid) {
            $this->tables[$table]['lockedBy'] = null;
            $this->save();
            echo "$tid unlocks table $table\n";
        }
    }

    private function save(): void
    {
        // Objects, also when they are empty or their names are digits.
        $tables = array_map(fn (array $bill) => ['payments' => (object) $bill['payments']] + $bill, $this->tables);
        $file = fopen("$this->path.new", 'w');
        $text = json_encode((object) $tables, JSON_THROW_ON_ERROR | JSON_PRETTY_PRINT);
        if (!$file || fwrite($file, $text) !== strlen($text) || !fsync($file) || !fclose($file)) {
            throw new RuntimeException("$this->path cannot be written");
        }
        rename("$this->path.new", $this->path);
    }
}

/** Gratuity comes on top of amountPaid; cashback is part of it and was handed out. */
function left(array $bill): int
{
    $left = $bill['total'];
    foreach ($bill['payments'] as $paid) {
        $left -= $paid['amountPaid'] - $paid['amountCashback'];
    }
    return $left;
}

try {
    $tables = new Tables($argv[1]);
    (new Line(str_replace('/pac?', '/pat?', Line::address()), $tables))->run(fn () => false);
} catch (Refused $why) {
    fwrite(STDERR, "refused: {$why->getMessage()}\n");
    exit(1);
}
