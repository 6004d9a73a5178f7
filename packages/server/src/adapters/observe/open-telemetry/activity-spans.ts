// Traces of payments, reports and table sessions as spans: one trace for each, also if it goes on after a restart or
// on another node.

import { createHash } from 'node:crypto';
import type { Context, Span, Tracer as SpanTracer } from '@opentelemetry/api';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { IdGenerator } from '@opentelemetry/sdk-trace';
import { RandomIdGenerator } from '@opentelemetry/sdk-trace';
import { mask } from '@tillgate/protocol';
import type {
  ActivityTrace,
  EndPart,
  TracedActivity,
  TracedPart,
  TraceFacts,
  Tracer,
} from '../../../ports/tracer.ts';

const TRACE_ID_LENGTH = 32;

/** Where a part is another's turn. */
const kinds: Partial<Record<TracedPart, SpanKind>> = {
  'card machine': SpanKind.CLIENT,
  'signature question': SpanKind.CLIENT,
  'lock question': SpanKind.CLIENT,
  'table closing': SpanKind.CLIENT,
};

/** Ids of traces that follow from the activity. */
export class ActivityIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  #next: string | undefined;

  /** The trace that `begin` starts is that of the activity. */
  traceOf<T>({ id, startedAt }: TracedActivity, begin: () => T): T {
    const hash = createHash('sha256').update(`${id} ${startedAt}`).digest('hex');
    this.#next = hash.slice(0, TRACE_ID_LENGTH);
    try {
      return begin();
    } finally {
      this.#next = undefined;
    }
  }

  generateTraceId = (): string => this.#next ?? this.#random.generateTraceId();

  generateSpanId = (): string => this.#random.generateSpanId();
}

export class ActivitySpans implements Tracer {
  readonly #tracer: SpanTracer;
  readonly #ids: ActivityIds;

  constructor(tracer: SpanTracer, ids: ActivityIds) {
    this.#tracer = tracer;
    this.#ids = ids;
  }

  begin(activity: TracedActivity): ActivityTrace {
    const { id, site, tid, type, resumed } = activity;
    const attributes = attributesOf({ transaction: id, site, tid, type, resumed });
    const options = { root: true, kind: SpanKind.SERVER, attributes };
    const root = this.#ids.traceOf(activity, () =>
      this.#tracer.startSpan(type, options, ROOT_CONTEXT),
    );
    const context = trace.setSpan(ROOT_CONTEXT, root);
    return {
      part: (name, facts = {}) => this.#part(context, name, facts),
      note: (name, facts = {}) => void root.addEvent(name, attributesOf(facts)),
      end: (facts = {}, failed = false) => end(root, facts, failed),
    };
  }

  #part(context: Context, name: TracedPart, facts: TraceFacts): EndPart {
    const attributes = attributesOf(facts);
    const options = { kind: kinds[name] ?? SpanKind.INTERNAL, attributes };
    const span = this.#tracer.startSpan(name, options, context);
    return (more = {}, failed = false) => end(span, more, failed);
  }
}

function end(span: Span, facts: TraceFacts, failed: boolean): void {
  span.setAttributes(attributesOf(facts));
  if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** A till may choose the name of a card machine at a test site: what looks like a token or card number is masked. */
function attributesOf(facts: TraceFacts): TraceFacts {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      `tillgate.${name}`,
      typeof value === 'string' ? mask(value) : value,
    ]),
  );
}
