// A value as coloured JSON: objects and arrays fold, and a violation of a schema is underlined, with
// the expected value beside it.

import './json.css';
import type { SchemaViolation } from '@tillgate/protocol';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from './icon.tsx';
import {
  faultsAt,
  isContainer,
  isInline,
  memberPointer,
  missingKeys,
  plainJson,
} from './json-layout.ts';

interface JsonViewProps {
  /** Accessible name, such as "Request". */
  readonly label: string;
  readonly value: unknown;
  /** By path from the top of `value` (RFC 6901). */
  readonly faults?: readonly SchemaViolation[];
  /** Keys whose values are folded at first, such as those that are shown beside it. */
  readonly folded?: readonly string[];
}

export function JsonView({ label, value, faults = [], folded = [] }: JsonViewProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section class="json" aria-label={label} tabIndex={0}>
      <Node
        value={value}
        position={{ path: '', depth: 0, last: true }}
        faults={faults}
        folded={folded}
      />
    </section>
  );
}

interface NodePosition {
  readonly path: string;
  readonly depth: number;
  /** Whether no comma follows. */
  readonly last: boolean;
  /** The key, if the value is a member of an object. */
  readonly name?: string;
}

interface NodeProps {
  readonly value: unknown;
  readonly position: NodePosition;
  readonly faults: readonly SchemaViolation[];
  readonly folded: readonly string[];
}

function Node({ value, position, faults, folded }: NodeProps) {
  if (isContainer(value) && !isInline(value, position.path, faults)) {
    return <Container value={value} position={position} faults={faults} folded={folded} />;
  }
  return (
    <Line depth={position.depth}>
      <Name at={position} />
      <FaultMark faults={faultsAt(faults, position.path)}>
        <Leaf value={value} />
      </FaultMark>
      {!position.last && ','}
      <FaultText faults={faultsAt(faults, position.path)} />
    </Line>
  );
}

function Container({ value, position, faults, folded }: NodeProps & { readonly value: object }) {
  const [open, setOpen] = useState(!folded.includes(position.name ?? ''));
  const isArray = Array.isArray(value);
  const entries = Object.entries(value);
  const missing = missingKeys(faults, position.path, value);
  const [first, end] = isArray ? ['[', ']'] : ['{', '}'];
  const here = faultsAt(faults, position.path);
  return (
    <>
      <Line depth={position.depth}>
        <button
          type="button"
          class="json-fold"
          aria-expanded={open}
          aria-label={`${open ? 'Fold' : 'Unfold'} ${position.name ?? 'this'}`}
          onClick={() => setOpen(!open)}
        >
          <Icon name="unfold" size={13} />
        </button>
        <Name at={position} />
        <FaultMark faults={here}>{first}</FaultMark>
        {!open && <Folded count={entries.length} end={end} last={position.last} />}
        <FaultText faults={here} />
      </Line>
      {open &&
        entries.map(([key, inner], index) => (
          <Node
            key={key}
            value={inner}
            faults={faults}
            folded={folded}
            position={{
              path: memberPointer(position.path, key),
              depth: position.depth + 1,
              last: index === entries.length - 1,
              ...(isArray ? {} : { name: key }),
            }}
          />
        ))}
      {open && <Missing faults={missing} path={position.path} depth={position.depth + 1} />}
      {open && (
        <Line depth={position.depth}>
          {end}
          {!position.last && ','}
        </Line>
      )}
    </>
  );
}

function Line({ depth, children }: { depth: number; children: ComponentChildren }) {
  return (
    <div class="json-line" style={{ '--depth': depth }}>
      {children}
    </div>
  );
}

function Name({ at }: { readonly at: NodePosition }) {
  if (at.name === undefined) return null;
  return (
    <>
      <span class="json-key">{plainJson(at.name)}</span>
      {': '}
    </>
  );
}

function Folded({ count, end, last }: { count: number; end: string | undefined; last: boolean }) {
  return (
    <>
      <span class="json-folded"> {count} … </span>
      {end}
      {!last && ','}
    </>
  );
}

/** A value without lines of its own; small objects and arrays stand in one line. */
function Leaf({ value }: { readonly value: unknown }): ComponentChildren {
  if (Array.isArray(value)) return <Inline parts={value.map(leaf)} ends={['[', ']']} />;
  if (isContainer(value)) {
    const parts = Object.entries(value).map(([key, inner]) => (
      <>
        <span class="json-key">{plainJson(key)}</span>: {leaf(inner)}
      </>
    ));
    return <Inline parts={parts} ends={['{ ', ' }']} />;
  }
  const kind = { string: 'string', number: 'number' }[String(typeof value)] ?? 'word';
  return <span class={`json-${kind}`}>{plainJson(value)}</span>;
}

const leaf = (value: unknown) => <Leaf value={value} />;

function Inline({
  parts,
  ends: [first, end],
}: {
  readonly parts: readonly ComponentChildren[];
  readonly ends: readonly [string, string];
}) {
  if (parts.length === 0) return `${first}${end}`.replaceAll(' ', '');
  return (
    <>
      {first}
      {parts.map((part, index) => (index === 0 ? part : [', ', part]))}
      {end}
    </>
  );
}

function FaultMark({
  faults,
  children,
}: {
  faults: readonly SchemaViolation[];
  children: ComponentChildren;
}) {
  return faults.length > 0 ? <span class="json-bad">{children}</span> : children;
}

function FaultText({ faults }: { readonly faults: readonly SchemaViolation[] }) {
  return faults.map(({ expected, got }) => (
    <span key={expected} class="json-fault">
      expected {expected}, got {got}
    </span>
  ));
}

function Missing(props: { faults: readonly SchemaViolation[]; path: string; depth: number }) {
  return props.faults.map((fault) => (
    <Line key={fault.path} depth={props.depth}>
      <span class="json-bad">
        <span class="json-key">"{fault.path.slice(props.path.length + 1)}"</span>
      </span>
      <span class="json-fault">missing; expected {fault.expected}</span>
    </Line>
  ));
}
