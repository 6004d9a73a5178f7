// The editor itself, in a chunk of its own: CodeMirror 6 for JSON, in a shadow root, where its styles
// are constructed sheets that the security policy allows.

import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language';
import { forceLinting, linter, lintKeymap } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Suggestion } from './completion.ts';
import type { Cursor } from './cursor.ts';
import type { Finding } from './lint.ts';

export interface EditorParts {
  readonly label: string;
  readonly text: string;
  readonly changed: (text: string) => void;
  /** Asked for by Ctrl-Enter (Cmd-Enter). */
  readonly send: () => void;
  /** Asked for by Ctrl and an arrow; false if there is nothing to recall. */
  readonly recall: (step: 'before' | 'after') => boolean;
  readonly findings: (text: string) => readonly Finding[];
  /** What may stand at a place of the text, and which place it would take. */
  readonly suggest: (
    text: string,
    position: number,
  ) => { readonly cursor: Cursor; readonly all: readonly Suggestion[] } | undefined;
}

export interface Editor {
  /** Another text, from outside; what was is one step back. */
  set(text: string): void;
  /** Looks at the text again, as another schema would. */
  lookAgain(): void;
  /** Puts the cursor there and shows it. */
  show(position: number): void;
  end(): void;
}

export function mount(host: HTMLElement, parts: EditorParts): Editor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({ doc: parts.text, extensions: extensions(parts) }),
  });
  return {
    set: (text) => {
      if (text === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    lookAgain: () => forceLinting(view),
    show: (position) => {
      const anchor = Math.min(position, view.state.doc.length);
      view.dispatch({ selection: { anchor }, scrollIntoView: true });
      view.focus();
    },
    end: () => view.destroy(),
  };
}

function extensions(parts: EditorParts) {
  const run = () => {
    parts.send();
    return true;
  };
  return [
    lineNumbers(),
    foldGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    json(),
    syntaxHighlighting(colours),
    look,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': parts.label }),
    EditorState.tabSize.of(2),
    autocompletion({ override: [completions(parts)], icons: false }),
    linter((view) => diagnostics(parts, view), { delay: 120 }),
    keymap.of([
      { key: 'Mod-Enter', run },
      { key: 'Ctrl-ArrowUp', run: () => parts.recall('before') },
      { key: 'Ctrl-ArrowDown', run: () => parts.recall('after') },
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...defaultKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...lintKeymap,
    ]),
    EditorView.updateListener.of(({ docChanged, state }) => {
      if (docChanged) parts.changed(state.doc.toString());
    }),
  ];
}

function diagnostics({ findings }: EditorParts, view: EditorView) {
  return findings(view.state.doc.toString()).map(({ from, to, sentence }) => ({
    from,
    to: Math.max(to, Math.min(from + 1, view.state.doc.length)),
    severity: 'error' as const,
    message: sentence,
  }));
}

function completions({ suggest }: EditorParts) {
  return ({ state, pos, explicit }: CompletionContext): CompletionResult | null => {
    const found = suggest(state.doc.toString(), pos);
    if (!found || found.all.length === 0) return null;
    const { cursor, all } = found;
    if (!explicit && cursor.from === cursor.to) return null;
    return {
      from: cursor.from,
      to: cursor.to,
      validFor: /^"?[\w.-]*"?$/,
      options: all.map((one) => ({
        label: cursor.at === 'key' ? JSON.stringify(one.label) : one.label,
        displayLabel: one.label,
        ...(one.detail && { detail: one.detail }),
        ...(one.about && { info: one.about }),
        boost: one.required ? 1 : 0,
        apply: (view: EditorView) => insert(view, cursor, one.insert),
      })),
    };
  };
}

/** A key comes with a value, which is selected so that the next letter replaces it. */
function insert(view: EditorView, { from, at }: Cursor, text: string): void {
  // What was typed since the list was made counts too.
  const to = Math.max(from, endOfWord(view, from));
  const [, before = '', value = ''] = /^("[^"]*": )(.*?),?$/s.exec(text) ?? [];
  const start = from + before.length;
  const selection =
    at === 'key'
      ? { anchor: start, head: start + value.length }
      : { anchor: from + text.length, head: from + text.length };
  view.dispatch({ changes: { from, to, insert: text }, selection, userEvent: 'input.complete' });
}

function endOfWord(view: EditorView, from: number): number {
  const rest = view.state.doc.sliceString(from, from + 200);
  return from + (/^(?:"[^"\n]*"?|[\w.+-]+)/.exec(rest)?.[0].length ?? 0);
}

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--json-key)' },
  { tag: tags.string, color: 'var(--json-string)' },
  { tag: tags.number, color: 'var(--json-number)' },
  { tag: [tags.bool, tags.null], color: 'var(--json-word)' },
]);

const tooltip = {
  border: '1px solid var(--edge)',
  borderRadius: 'var(--radius)',
  background: 'var(--raised)',
  color: 'var(--ink)',
  boxShadow: 'var(--shadow)',
};

const look = EditorView.theme({
  '&': { height: '100%', background: 'var(--sunken)', color: 'var(--ink)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', fontSize: 'var(--text-s)', lineHeight: '1.6' },
  '.cm-content': { caretColor: 'var(--ink)', padding: 'var(--s2) 0' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { background: 'transparent', color: 'var(--quiet)', border: 'none' },
  '.cm-activeLine': { background: 'color-mix(in oklab, var(--accent-soft) 45%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { background: 'color-mix(in oklab, var(--accent) 28%, transparent)' },
  '&.cm-focused .cm-matchingBracket': { background: 'var(--accent-soft)', color: 'inherit' },
  '.cm-foldPlaceholder': { background: 'var(--edge)', border: 'none', color: 'var(--ink)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--bad) 1px',
    textUnderlineOffset: '3px',
  },
  '.cm-tooltip': tooltip,
  '.cm-tooltip-lint': { fontFamily: 'var(--font)', fontSize: 'var(--text-s)' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--bad)', padding: 'var(--s1) var(--s2)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--mono)',
    fontSize: 'var(--text-s)',
    maxHeight: '15em',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px var(--s2)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    background: 'var(--accent)',
    color: 'var(--on-accent)',
  },
  '.cm-completionDetail': { color: 'var(--quiet)', fontStyle: 'normal', marginLeft: '1.5em' },
  'li[aria-selected] .cm-completionDetail': { color: 'inherit' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-tooltip.cm-completionInfo': {
    fontFamily: 'var(--font)',
    fontSize: 'var(--text-s)',
    maxWidth: '280px',
    padding: 'var(--s1) var(--s2)',
  },
});
