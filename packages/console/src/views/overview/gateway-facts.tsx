// What runs, in one line: readiness, version, since when, journal and nodes. While the page does not hear from the
// gateway, the state of its connection stands in place of the readiness.

import type { api, ConnectionStateName } from '@tillgate/protocol';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Dot } from '../../kit/badge.tsx';
import { ConnectionWord } from '../../kit/connection-word.tsx';
import { dateTimeText } from '../../kit/time-format.ts';

const journals: Readonly<Record<api.Overview['journal'], string>> = {
  memory: 'in memory only',
  file: 'in a file',
  database: 'in a database',
};

interface GatewayFactsProps {
  readonly overview: api.Overview | undefined;
  readonly stream: ConnectionStateName;
}

export function GatewayFacts({ overview, stream }: GatewayFactsProps) {
  const { ready, version, startedAt, journal, node, nodes = [] } = overview ?? {};
  const others = nodes.filter((name) => name !== node);
  return (
    <section class="ovw-facts" aria-label="The gateway">
      <Fact name="Gateway">
        {stream === 'connected' && ready ? (
          <Readiness ready={ready} />
        ) : (
          <ConnectionWord state={stream} />
        )}
      </Fact>
      <Fact name="Version">{version}</Fact>
      <Fact name="Runs since">
        {startedAt && <time dateTime={startedAt}>{dateTimeText(startedAt)}</time>}
      </Fact>
      <Fact name="Payments are kept">{journal && journals[journal]}</Fact>
      {node !== undefined && (
        <Fact name={`Node ${node} answers`}>
          {others.length === 0 ? 'no other node' : `beside ${others.join(', ')}`}
        </Fact>
      )}
    </section>
  );
}

function Readiness({ ready }: { readonly ready: api.Overview['ready'] }) {
  return (
    <p class="connection-word">
      <Dot tone={ready.ok ? 'good' : 'bad'} />
      <strong>{ready.ok ? 'Ready' : `Not ready: ${ready.reason ?? 'no reason given'}`}</strong>
    </p>
  );
}

/** For somebody who is not signed in: what the gateway tells everybody. */
export function PublicFacts() {
  const [ready, setReady] = useState<api.Overview['ready'] | undefined>(undefined);
  useEffect(() => {
    readReadiness().then(setReady, () => setReady({ ok: false, reason: 'it does not answer' }));
  }, []);
  return (
    <section class="ovw-facts" aria-label="The gateway">
      <Fact name="Gateway">{ready && <Readiness ready={ready} />}</Fact>
      <Fact name="More">for operators, who sign in below</Fact>
    </section>
  );
}

async function readReadiness(): Promise<api.Overview['ready']> {
  const response = await fetch(new URL('../readyz', document.baseURI), { cache: 'no-store' });
  if (response.ok) return { ok: true };
  const { reason } = (await response.json().catch(() => ({}))) as { readonly reason?: unknown };
  return { ok: false, ...(typeof reason === 'string' && { reason }) };
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <span class="quiet">{name}</span>
      <div>{children || '–'}</div>
    </div>
  );
}
