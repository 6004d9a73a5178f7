// The frame around every view: rail, top bar, and the view that the address names.

import './shell.css';
import './print.css';
import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { IconButton } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { Icon } from '../kit/icon.tsx';
import { Notice } from '../kit/panel.tsx';
import { PendingQuestionBar } from '../kit/pending-question.tsx';
import { Toasts, toast } from '../kit/toast.tsx';
import { ConnectionStatus } from './connection-status.tsx';
import icon from './icon.svg';
import { overlay, useOverlayKeys } from './overlay.ts';
import { hrefOf, replaceView, routeLocation } from './route.ts';
import type { Route } from './routes.ts';
import { routes } from './routes.ts';
import { nextTheme, theme } from './theme.ts';

/** Number of views with an entry of their own in the bar of a phone. */
const IN_BAR = 4;

export function Shell() {
  const route = routes.find(({ name }) => name === routeLocation.value.view) ?? routes[0];
  const shown = useRef(route);
  useOverlayKeys();
  useEffect(() => {
    if (shown.current === route) return;
    shown.current = route;
    scrollTo(0, 0);
    toMain();
  }, [route]);
  return (
    <div class="shell">
      <button class="skip" type="button" onClick={toMain}>
        To the content
      </button>
      <Rail now={route} />
      <header class="bar">
        <ConnectionStatus />
        <a class="bar-docs" href="../docs/">
          Docs
        </a>
        <IconButton
          icon="search"
          label="Go to … (Ctrl+K)"
          onClick={() => {
            overlay.value = 'palette';
          }}
        />
        <IconButton {...themeButton[theme.value]} onClick={nextTheme} />
      </header>
      <main class="main" id="main" tabIndex={-1}>
        <PendingQuestionBar />
        {route && <ViewOf key={route.name} route={route} />}
      </main>
      <Toasts />
      <Overlay />
    </div>
  );
}

const themeButton = {
  system: { icon: 'halfMoon', label: 'Theme: as the system; switch to light' },
  light: { icon: 'sun', label: 'Theme: light; switch to dark' },
  dark: { icon: 'moon', label: 'Theme: dark; switch to that of the system' },
} as const;

/** Not by an anchor, since that would change the address, which names the view. */
function toMain(): void {
  document.getElementById('main')?.focus();
}

function Rail({ now }: { readonly now: Route | undefined }) {
  const [more, setMore] = useState(false);
  const many = routes.length > IN_BAR + 1;
  const late = routes.slice(IN_BAR);
  return (
    <nav class="rail" aria-label="Views" data-many={many || undefined}>
      <a class="brand" href={hrefOf('overview')}>
        <img src={icon} alt="" width="26" height="26" />
        Tillgate
      </a>
      {routes.map((route) => (
        <RailLink key={route.name} route={route} now={now} late={late.includes(route)} />
      ))}
      {many && (
        <button
          class="rail-link rail-more"
          type="button"
          aria-haspopup="dialog"
          aria-current={now && late.includes(now) ? 'true' : undefined}
          onClick={() => setMore(true)}
        >
          <Icon name="more" size={20} />
          More
        </button>
      )}
      <Dialog title="More" open={more} onClose={() => setMore(false)} closesOnBack>
        <div class="rail-sheet">
          {late.map((route) => (
            <RailLink key={route.name} route={route} now={now} onChoose={() => setMore(false)} />
          ))}
        </div>
      </Dialog>
    </nav>
  );
}

interface RailLinkProps {
  readonly route: Route;
  readonly now: Route | undefined;
  readonly late?: boolean;
  /** Of the sheet, which it closes. */
  readonly onChoose?: () => void;
}

function RailLink({ route, now, late, onChoose }: RailLinkProps) {
  const choose = (event: MouseEvent) => {
    event.preventDefault();
    replaceView(route.name);
    onChoose?.();
  };
  return (
    <a
      class="rail-link"
      href={hrefOf(route.name)}
      aria-current={route === now ? 'page' : undefined}
      data-late={late || undefined}
      onClick={onChoose && choose}
    >
      <Icon name={route.icon} size={20} />
      {route.title}
    </a>
  );
}

const overlays = {
  palette: async () => (await import('./palette/palette.tsx')).Palette,
  shortcuts: async () => (await import('./palette/shortcuts.tsx')).Shortcuts,
} as const;

/** Loaded when first opened. */
function Overlay() {
  const name = overlay.value;
  const [loaded, setLoaded] = useState<{ readonly name: string; readonly View: ComponentType }>();
  useEffect(() => {
    if (name === undefined) return;
    overlays[name]().then(
      (View) => setLoaded({ name, View }),
      () => toast('It could not be loaded. Reload the page.', 'bad'),
    );
  }, [name]);
  return name !== undefined && loaded?.name === name ? <loaded.View /> : null;
}

type Loaded =
  | { readonly state: 'loading' | 'failed' }
  | { readonly state: 'there'; readonly View: ComponentType };

function ViewOf({ route }: { readonly route: Route }) {
  const [loaded, setLoaded] = useState<Loaded>({ state: 'loading' });
  useEffect(() => {
    document.title = `${route.title} · Tillgate`;
    route.load().then(
      (View) => setLoaded({ state: 'there', View }),
      () => setLoaded({ state: 'failed' }),
    );
  }, [route]);
  if (loaded.state === 'there') return <loaded.View />;
  if (loaded.state === 'loading') return <p class="unseen">Loading {route.title}.</p>;
  return (
    <div class="view">
      <Notice tone="bad" title={`${route.title} could not be loaded.`}>
        The gateway does not answer, or the console was built anew. Reload the page.
      </Notice>
    </div>
  );
}
