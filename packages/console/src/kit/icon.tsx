// The console's icons: strokes on a 24 x 24 square, in the colour of the text around them.

import { outcomeIconPaths } from '@tillgate/protocol';

const paths = {
  ...outcomeIconPaths,
  overview: 'M4 4h7v7H4z M13 4h7v4h-7z M13 11h7v9h-7z M4 14h7v6H4z',
  plug: 'M9 3v5 M15 3v5 M6 8h12v3a6 6 0 0 1-12 0z M12 17v4',
  pen: 'M4 20l1-4L16.5 4.5a2.1 2.1 0 0 1 3 3L8 19z M14.5 6.5l3 3',
  traffic: 'M4 8h15 M15 4l4 4-4 4 M20 16H5 M9 12l-4 4 4 4',
  till: 'M4 12h16v8H4z M7 12V4h8v8 M9.5 7h3 M8 16h8',
  table: 'M3 9h18 M5 9v11 M19 9v11 M7 9V6a5 5 0 0 1 10 0v3',
  machine:
    'M7 2.5h10a1.5 1.5 0 0 1 1.5 1.5v16a1.5 1.5 0 0 1-1.5 1.5H7A1.5 1.5 0 0 1 5.5 20V4A1.5 1.5 0 0 1 7 2.5z M8.5 6h7v4h-7z M9 14h.01 M12 14h.01 M15 14h.01 M9 17.5h.01 M12 17.5h.01 M15 17.5h.01',
  list: 'M8 6h12 M8 12h12 M8 18h12 M4 6h.01 M4 12h.01 M4 18h.01',
  site: 'M4 21V9l8-6 8 6v12z M9.5 21v-6h5v6',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z M12 2v2 M12 20v2 M2 12h2 M20 12h2 M4.9 4.9l1.4 1.4 M17.7 17.7l1.4 1.4 M4.9 19.1l1.4-1.4 M17.7 6.3l1.4-1.4',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z',
  halfMoon: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z M12 3v18 M12 8h5.5 M12 12h9 M12 16h5.5',
  copy: 'M9 9h11v11H9z M15 9V4H4v11h5',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z M12 11v5.5 M12 7.8h.01',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
  eyeOff:
    'M4 4l16 16 M9.5 5.9A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a17 17 0 0 1-2.6 3.4 M6 7.6A16 16 0 0 0 2.5 12S6 18.5 12 18.5a9 9 0 0 0 4.2-1',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14z M16 16l4.5 4.5',
  pause: 'M8 5v14 M16 5v14',
  play: 'M7 4.5v15l12-7.5z',
  trash: 'M4 7h16 M9 7V4h6v3 M6 7l1 13h10l1-13 M10 11v5.5 M14 11v5.5',
  download: 'M12 4v11 M7 10.5l5 5 5-5 M4 20h16',
  upload: 'M12 16V5 M7 9.5l5-5 5 5 M4 20h16',
  send: 'M4 12l16-8-6 17-3-7z M11 14l9-10',
  plus: 'M12 5v14 M5 12h14',
  backspace: 'M9 5h11v14H9l-6-7z M12.5 9.5l5 5 M17.5 9.5l-5 5',
  up: 'M12 19V5 M6 11l6-6 6 6',
  down: 'M12 5v14 M6 13l6 6 6-6',
  right: 'M4 12h16 M14 6l6 6-6 6',
  left: 'M20 12H4 M10 6l-6 6 6 6',
  unfold: 'M9 5l7 7-7 7',
  again: 'M20 4.5V10h-5.5 M19.5 10A8 8 0 1 0 20 13.5',
  more: 'M5 12h.01 M12 12h.01 M19 12h.01',
  print: 'M7 8V3h10v5 M7 17H4V8h16v9h-3 M7 14h10v7H7z',
  qr: 'M4 4h6v6H4z M14 4h6v6h-6z M4 14h6v6H4z M14 14h2v2h-2z M18 14h2 M14 20h2 M18 18h2v2h-2z',
  save: 'M5 4h11l3 3v13H5z M8 4v5h7V4 M8 20v-6h8v6',
  card: 'M3 6h18v12H3z M3 10h18 M6.5 14.5h4',
  contactless:
    'M6 9.5a6 6 0 0 1 0 5 M10 7.5a10.5 10.5 0 0 1 0 9 M14 5.5a15 15 0 0 1 0 13 M18 3.5a19.5 19.5 0 0 1 0 17',
  phone:
    'M8 2.5h8A1.5 1.5 0 0 1 17.5 4v16a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 20V4A1.5 1.5 0 0 1 8 2.5z M10.5 18.5h3',
  cardIn: 'M7 2.5h10v9H7z M7 5.5h10 M3 21h18 M12 11.5v6 M9 15l3 3 3-3',
  cardOut: 'M7 9.5h10v9H7z M7 12.5h10 M3 21.5h18 M12 9.5v-7 M9 5.5l3-3 3 3',
  cardSwipe: 'M3 5h12v8H3z M3 8h12 M8 18h13 M17.5 14.5L21 18l-3.5 3.5',
  keypad:
    'M5 5h2v2H5z M11 5h2v2h-2z M17 5h2v2h-2z M5 11h2v2H5z M11 11h2v2h-2z M17 11h2v2h-2z M5 17h2v2H5z M11 17h2v2h-2z M17 17h2v2h-2z',
  cash: 'M3 7h18v10H3z M12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z M6 12h.01 M18 12h.01',
  receipt:
    'M5.5 3l2 1.5 2.2-1.5L12 4.5 14.3 3l2.2 1.5 2-1.5v18l-2-1.5-2.2 1.5-2.3-1.5L9.7 21l-2.2-1.5-2 1.5z M9 9h6 M9 12.5h6',
  paper:
    'M8.5 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11z M8.5 7.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z M14 9v12l2.3-1.5L18.5 21V12c0-3.5-1.5-8.5-10-8.5',
  sum: 'M17.5 7.5V4.5h-11l6 7.5-6 7.5h11v-3',
  tear: 'M6 15a3 3 0 1 0 0 6 3 3 0 0 0 0-6z M18 15a3 3 0 1 0 0 6 3 3 0 0 0 0-6z M8 15.8L16.5 3 M16 15.8L7.5 3',
  unlink:
    'M10.5 5.5l1.8-1.8a4.2 4.2 0 0 1 6 6L16.5 11.5 M13.5 18.5l-1.8 1.8a4.2 4.2 0 0 1-6-6L7.5 12.5 M4 4l16 16',
  power: 'M12 3v9 M7 6.5a7.5 7.5 0 1 0 10 0',
  link: 'M10 14a4.2 4.2 0 0 0 6 0l3.3-3.3a4.2 4.2 0 0 0-6-6L12 6 M14 10a4.2 4.2 0 0 0-6 0l-3.3 3.3a4.2 4.2 0 0 0 6 6L12 18',
} as const;

export type IconName = keyof typeof paths;

/** An icon has no accessible name: use it beside a word, or in a control that has a name. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
      class="icon"
    >
      <path d={paths[name]} />
    </svg>
  );
}
