import net from 'node:net';
import { startGateway } from '../server/src/gateway.ts';
import { Settings } from '../server/src/settings.ts';
import Value from 'typebox/value';
import { connect } from '@tillgate/client';
import { openSocket } from './src/socket-node.ts';
const settings = Value.Create(Settings) as any;
const pace = process.env.PACE ?? '20';
const gw = await startGateway({ ...settings, port: 0, data: 'memory', pace, logLevel: 'silent', maxConnectionsPerSite: 1000 });
const target = Number(new URL(gw.url).port);
const pairs = new Set<net.Socket>();
const proxy = net.createServer((a) => { const b = net.connect(target, '127.0.0.1'); a.pipe(b); b.pipe(a); for (const s of [a, b]) { pairs.add(s); s.on('error', () => s.destroy()); s.on('close', () => { pairs.delete(s); a.destroy(); b.destroy(); }); } });
await new Promise<void>((r) => proxy.listen(0, '127.0.0.1', r));
const uri = `ws://127.0.0.1:${(proxy.address() as any).port}/pac?token=${gw.testSite!.token}&api-version=v1&software-house-id=SH&installer-id=IN`;
const tally: Record<string, number> = {};
for (const tid of ['VCMINVLSIP0', 'VCMINVLSIS0', 'VCMINVLDIP0'])
for (const eposId of [undefined, false] as const)
for (let step = 0; step < 16; step += 1) {
  let cut = false; let count = 0; let armed = false;
  const till = await connect({ uri, ...(eposId === false ? { eposId } : {}), onSignature: () => true,
    onWarning: (w) => console.log('WARN', w.warning, w.message),
    open: async (u, o) => {
      const channel = await openSocket(u, o);
      return { ...{ send: (t: string) => channel.send(t), close: (c: number, r: string) => channel.close(c, r), mark: () => {} },
        listen: (ears) => channel.listen({ closed: ears.closed, text: (t) => {
          if (armed && !cut && count++ === step - 1) { cut = true; for (const s of pairs) s.destroy(); return; }
          if (armed && cut === true && count <= step - 1) return;
          ears.text(t); } }) } as any;
    } });
  armed = true;
  const started = Date.now();
  const sale = till.sale({ tid, currency: 'GBP', amount: 1000 + step });
  if (step === 0) { await new Promise((r) => setTimeout(r, 3)); cut = true; for (const s of pairs) s.destroy(); }
  const o = await sale;
  let end = o;
  if (o.outcome === 'unknown') end = await o.resolve({ limitMs: 30000 });
  armed = false; const truth = await till.duplicate({ tid });
  const want = truth.amountBase === 1000 + step ? truth.transactionResult : 'NONE';
  const key = `${tid} ${eposId === false ? 'no epos-id' : 'epos-id'} -> ${end.outcome} (machine ${want})`;
  tally[key] = (tally[key] ?? 0) + 1;
  if (end.outcome === 'unknown') console.log(tid, eposId, step, end.advice, end.handedOver, want);
  if (Date.now() - started > 4000) console.log('slow', tid, eposId, step, Date.now() - started);
  till.close();
}
console.log(tally);
proxy.close(); await gw.stopNow();
