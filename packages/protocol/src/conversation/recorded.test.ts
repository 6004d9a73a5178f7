// Conversations as they went over the line, and every example of every declared message.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Endpoint, Exchange, Message, Side } from '@tillgate/protocol';
import {
  Conversation,
  dialects,
  exchangesOf,
  integrationsOf,
  parseEndpoint,
} from '@tillgate/protocol';

describe('every declared message', () => {
  for (const dialect of Object.values(dialects)) {
    for (const integration of integrationsOf(dialect)) {
      const { version } = dialect;
      const own = exchangesOf(dialect).filter((one) => one.integration === integration);
      for (const exchange of own) {
        test(`${version} ${integration} ${exchange.name}: the published examples have no violations`, () => {
          for (const first of examplesOf(exchange.message)) {
            replay({ integration, version }, exchange, first);
          }
        });
      }
    }
  }

  function replay(spoken: Endpoint, { name, message, response }: Exchange, example: object): void {
    const asker = sideOf(message);
    const told = new Conversation(spoken).follow(asker, JSON.stringify(example))[0];
    assert.deepEqual([told?.message, told?.violations], [message.name, []]);
    for (const ending of response ? examplesOf(response) : []) {
      const talk = new Conversation(spoken);
      const [asked] = talk.follow(asker, JSON.stringify(example));
      assert.deepEqual(talk.pending(asker), [asked]);
      const { id } = example as { id: unknown };
      const other = asker === 'gateway' ? 'partner' : 'gateway';
      const [said] = talk.follow(other, JSON.stringify({ ...ending, id }));
      assert.deepEqual([said?.violations, said?.remark], [[], undefined]);
      assert.deepEqual(
        [said?.kind, said?.method, said?.message],
        ['response', name, response?.name],
      );
      assert.equal(said?.inReplyTo, asked);
      assert.deepEqual(talk.pending(asker), []);
    }
  }

  function sideOf({ sender }: Message): Side {
    return sender === 'gateway' || sender === 'either' ? 'gateway' : 'partner';
  }

  function examplesOf({ schema }: Message): readonly object[] {
    return (schema as { examples?: readonly object[] }).examples ?? [];
  }
});

/** A line each: `>` from the till, the waiter or the card machine, `<` from the gateway. */
const recorded: Readonly<Record<string, { readonly at: string; readonly lines: string }>> = {
  'a sale, too late to cancel, in v0 [C-8.1]': {
    at: 'wss://shop1.pay.example/pac?token=t',
    lines: `
> {"jsonrpc":"2.0","id":2,"method":"sale","params":{"tpi":"12345678","currency":"GBP","amount":1250}}
< {"jsonrpc":"2.0","method":"terminalNotification","params":{"tpi":"12345678","notificationValue":"TRANSACTION_STARTED"}}
< {"jsonrpc":"2.0","method":"terminalNotification","params":{"tpi":"12345678","notificationValue":"PRESENT_CARD"}}
> {"jsonrpc":"2.0","id":3,"method":"cancelTransaction","params":{"tpi":"12345678"}}
< {"jsonrpc":"2.0","id":3,"error":{"code":-32072,"message":"The transaction on terminal 12345678 cannot be cancelled now.","data":{"userMessage":"It is too late to cancel on card machine 12345678."}}}
< {"jsonrpc":"2.0","method":"terminalNotification","params":{"tpi":"12345678","notificationValue":"TRANSACTION_FINISHED"}}
< {"jsonrpc":"2.0","id":2,"result":{"tpi":"12345678","transactionType":"SALE","transactionResult":"TIMED_OUT","transactionId":"","transactionNumber":"","transactionTime":"2026-03-14T20:15:02","currency":"GBP","amountBase":1250,"amountCashback":0,"amountGratuity":0,"amountTotal":1250,"cardSchemeName":"","applicationId":"","applicationLabel":"","primaryAccountNumberSequence":"","dateOfStart":"","dateOfExpiry":"","authCode":"","primaryAccountNumber":"","paymentMethod":"UNKNOWN","cardholderVerificationMethod":"NONE","receiptLines":{}}}`,
  },
  'a signature, and reports in a batch, in v1 [C-4.33, C-3.16]': {
    at: 'wss://shop1.pay.example/pac?token=t&api-version=v1',
    lines: `
> [{"jsonrpc":"2.0","id":1,"method":"connectedTerminals"},{"jsonrpc":"2.0","id":2,"method":"terminalDetails","params":{"tid":"12345678"}}]
< [{"jsonrpc":"2.0","id":2,"result":{"tid":"12345678","status":"AVAILABLE","currency":"GBP"}},{"jsonrpc":"2.0","id":1,"result":[]}]
< {"jsonrpc":"2.0","id":1,"method":"signatureVerificationRequest","params":{"timeout":80,"tid":"12345678","authCode":"S4L8N1","applicationId":"A0000000031010","applicationLabel":"VISA DEBIT","cardholderVerificationMethod":"SIGNATURE","paymentMethod":"ICC_CHIP","primaryAccountNumber":"************4821","transactionType":"SALE","receiptLines":{"MERCHANT":[{"value":"PLEASE SIGN BELOW"}]}}}
< {"jsonrpc":"2.0","method":"terminalNotification","params":{"tid":"12345678","notificationValue":"SIGNATURE_VERIFICATION_IN_PROGRESS"}}
> {"jsonrpc":"2.0","id":1,"result":{"accepted":true}}`,
  },
  'a table, with a waiter who is refused [C-9.28]': {
    at: 'wss://shop1.pay.example/pat?token=t&api-version=v1&final-pos-receipt-request',
    lines: `
< {"jsonrpc":"2.0","id":1,"method":"tableListRequest","params":{"tid":"12345678","waiterId":"007"}}
> {"jsonrpc":"2.0","id":1,"result":{"tables":["1","2","12A"],"currency":"GBP"}}
< {"jsonrpc":"2.0","id":2,"method":"tableLockRequest","params":{"tid":"12345678","waiterId":"007","tableId":"2"}}
> {"jsonrpc":"2.0","id":2,"error":{"code":-32000,"message":"No such table","data":{"userMessage":"Table 2 was closed."}}}
< {"jsonrpc":"2.0","id":3,"method":"tableLockRequest","params":{"tid":"12345678","waiterId":"007","tableId":"12A"}}
< {"jsonrpc":"2.0","id":3,"error":{"code":-32076,"message":"No answer to tableLockRequest within 10 s.","data":{"userMessage":"The till did not give the card machine a usable answer."}}}
< {"jsonrpc":"2.0","method":"tableUnlock","params":{"tid":"12345678","waiterId":"007","tableId":"12A"}}
< {"jsonrpc":"2.0","error":{"code":-32075,"message":"Connection Discontinued","data":{"userMessage":"Another till has taken over pay at table for this site."}}}`,
  },
  'a waiter at a virtual card machine [C-10.15]': {
    at: 'wss://shop1.pay.example/waiter?token=t&tid=VCMINVLSIP0',
    lines: `
> {"jsonrpc":"2.0","id":1,"method":"tables","params":{"waiterId":"007"}}
< {"jsonrpc":"2.0","id":1,"result":{"answer":"tables","tables":["1","12A"]}}
> {"jsonrpc":"2.0","id":2,"method":"lock","params":{"tableId":"12A","waiterId":"007"}}
< {"jsonrpc":"2.0","id":2,"result":{"answer":"locked","amount":4820,"currency":"GBP"}}
> {"jsonrpc":"2.0","id":3,"method":"pay","params":{"by":"card","amount":4820}}
< {"jsonrpc":"2.0","method":"showing","params":{"notificationValue":"PRESENT_CARD"}}
< {"jsonrpc":"2.0","id":3,"result":{"answer":"payment","paid":true,"left":0}}
> {"jsonrpc":"2.0","id":4,"method":"leave"}
< {"jsonrpc":"2.0","id":4,"result":{"answer":"left"}}`,
  },
  'a card machine that paid over a drop, and then at a table [C-13.16, C-13.14]': {
    at: 'wss://shop1.pay.example/terminal?token=t&tid=12345678',
    lines: `
> {"jsonrpc":"2.0","method":"hello","params":{"currency":"GBP","cashback":true,"transactions":["SALE"],"reports":[]}}
< {"jsonrpc":"2.0","id":1,"method":"lastOrder","params":{"order":"shop1/12345678/42"}}
> {"jsonrpc":"2.0","id":1,"result":{"knows":"running"}}
< {"jsonrpc":"2.0","method":"cancel","params":{"order":"shop1/12345678/42"}}
> {"jsonrpc":"2.0","method":"cancelDecided","params":{"order":"shop1/12345678/42","cancelled":false}}
> {"jsonrpc":"2.0","id":1,"method":"lock","params":{"tableId":"12A"}}
< {"jsonrpc":"2.0","id":1,"result":{"answer":"locked","amount":4820,"currency":"GBP"}}
> {"jsonrpc":"2.0","id":2,"method":"pay","params":{"by":"card","amount":3000}}
< {"jsonrpc":"2.0","id":2,"method":"start","params":{"order":{"id":"shop1/12345678/43","transactionType":"SALE","currency":"GBP","amount":3000,"amountCashback":0,"cardholderNotPresent":false,"table":{"tableId":"12A","amountGratuity":0}}}}
> {"jsonrpc":"2.0","id":2,"result":{}}
> {"jsonrpc":"2.0","method":"showing","params":{"order":"shop1/12345678/43","notificationValue":"PRESENT_CARD"}}
< {"jsonrpc":"2.0","id":2,"result":{"answer":"payment","paid":false,"left":4820}}`,
  },
};

describe('a recorded conversation has no fault, and every question its answer', () => {
  for (const [name, { at, lines }] of Object.entries(recorded)) {
    test(name, () => {
      const talk = new Conversation(parseEndpoint(new URL(at)));
      for (const line of lines.trim().split('\n')) {
        const all = talk.follow(line.startsWith('>') ? 'partner' : 'gateway', line.slice(2));
        for (const { kind, violations, remark, inReplyTo } of all) {
          assert.deepEqual([violations, remark], [[], undefined], line);
          const isAnswer = kind === 'response' || (kind === 'error' && line.includes('"id"'));
          assert.equal(inReplyTo !== undefined, isAnswer, line);
        }
      }
      assert.deepEqual([...talk.pending('partner'), ...talk.pending('gateway')], []);
    });
  }
});

describe('parseEndpoint reads integration, version and epos-id of an address [C-2.2]', () => {
  const cases: Readonly<Record<string, Endpoint>> = {
    '/pac?token=t': { integration: 'pac', version: 'v0' },
    '/PAC/?token=t&api-version=v1&epos-id=till-1': {
      integration: 'pac',
      version: 'v1',
      eposId: 'till-1',
    },
    '/tills/shop1/pac/?api-version=v1': { integration: 'pac', version: 'v1' },
    '/?api-version=v1': { integration: '', version: 'v1' },
    '/pat?token=t&api-version=v1&epos-id=till-1': { integration: 'pat', version: 'v1' },
    '/waiter?token=t&api-version=v0': { integration: 'waiter', version: 'v1' },
    '/terminal?token=t': { integration: 'terminal', version: 'v1' },
    '/pac?api-version=v7': { integration: 'pac', version: 'v7' },
    '/pac?Token=t&amp;API-Version=v1&amp;EPOS_ID=till%2D1': {
      integration: 'pac',
      version: 'v1',
      eposId: 'till-1',
    },
    '/pac?token=t&#38;apiVersion=v1': { integration: 'pac', version: 'v1' },
    '/pat?token=t&api%2Dversion=v1': { integration: 'pat', version: 'v1' },
    '/pac?api-version': { integration: 'pac', version: '' },
  };
  for (const [address, spoken] of Object.entries(cases)) {
    test(`${address} is read as ${spoken.integration} ${spoken.version}`, () => {
      assert.deepEqual(parseEndpoint(new URL(`wss://shop1.pay.example${address}`)), spoken);
    });
  }
});
