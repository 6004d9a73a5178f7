// A picture as the text of an SVG file: light and dark as the reader's system is, without fonts or scripts, and with
// its steps as a list for screen readers.

import { escapeMarkup } from '../rpc/characters.ts';
import { gapText } from './duration-text.ts';
import type { Picture } from './picture.ts';
import type { Shape } from './shapes.ts';
import { shapesOf } from './shapes.ts';
import { gapOf } from './steps.ts';

export interface SvgOptions {
  /** Such as `Sale shop1/12345678/42`. */
  readonly title: string;
  /** Pixels; 640 if absent. */
  readonly width?: number;
}

const WIDTH = 640;
/** Around the picture. */
const MARGIN = 12;

/** The picture as the text of an SVG file. */
export function pictureSvg(picture: Picture, { title, width = WIDTH }: SvgOptions): string {
  const drawn = shapesOf(picture, width - 2 * MARGIN);
  const size = { width: drawn.width + 2 * MARGIN, height: drawn.height + 2 * MARGIN };
  const { steps } = picture;
  const list = steps.map(({ text }, index) => {
    const gap = gapOf(steps, index);
    return gap === undefined ? text : `${gapText(gap)}: ${text}`;
  });
  const rows = drawn.steps.map(
    ({ step, shapes }) =>
      `<g data-kind="${step.kind}" data-tone="${step.tone}"><title>${escapeMarkup(step.text)}</title>` +
      `${shapes.map(shapeText).join('')}</g>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" ` +
      `viewBox="${-MARGIN} ${-MARGIN} ${size.width} ${size.height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escapeMarkup(title)}</title>`,
    `<desc id="desc">${list.map(escapeMarkup).join('\n')}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="pic-ground" x="${-MARGIN}" y="${-MARGIN}" width="100%" height="100%"/>`,
    ...drawn.ground.map(shapeText),
    ...rows,
    '</svg>\n',
  ].join('\n');
}

function shapeText({ tag, attributes, children = [] }: Shape): string {
  const named = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escapeMarkup(`${value}`)}"`,
  );
  const inner = children.map((one) =>
    typeof one === 'string' ? escapeMarkup(one) : shapeText(one),
  );
  return inner.length === 0
    ? `<${tag}${named.join('')}/>`
    : `<${tag}${named.join('')}>${inner.join('')}</${tag}>`;
}

const LIGHT =
  '--ground:#fff;--ink:#1c2429;--quiet:#56646c;--edge:#c9d1d5;--accent:#005c61;--good:#1d6b37;--bad:#ad2a25;--wait:#855100';
const DARK =
  '--ground:#171c1f;--ink:#e8eced;--quiet:#a3b0b5;--edge:#455056;--accent:#6fd3d6;--good:#79d794;--bad:#f4928a;--wait:#eebd6a';

const STYLE = [
  `svg{${LIGHT};font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}`,
  `@media(prefers-color-scheme:dark){svg{${DARK}}}`,
  `@media print{svg{${LIGHT}}}`,
  'g{--tone:var(--ink)}[data-tone=accent]{--tone:var(--accent)}[data-tone=good]{--tone:var(--good)}',
  '[data-tone=bad]{--tone:var(--bad)}[data-tone=wait]{--tone:var(--wait)}',
  '.pic-ground{fill:var(--ground)}',
  'text{fill:var(--ink);paint-order:stroke;stroke:var(--ground);stroke-width:3px;stroke-linejoin:round}',
  '.pic-title{font-weight:600}.pic-loud{fill:var(--tone);font-weight:550}',
  '.pic-quiet,.pic-time{fill:var(--quiet);font-size:11px}',
  'line,path{fill:none;stroke-linecap:round;stroke-linejoin:round}',
  '.pic-lane{stroke:var(--edge);stroke-width:2}',
  '.pic-gap{stroke:var(--bad);stroke-width:2;stroke-dasharray:1 6}',
  '.pic-fold{stroke:var(--edge)}',
  '.pic-arrow{stroke:var(--tone,var(--ink));stroke-width:1.5}',
  '.pic-break{stroke:var(--tone);stroke-width:1.5}',
  '.pic-mark{fill:var(--tone)}',
  '.pic-icon{stroke:var(--tone);stroke-width:2.4}',
].join('');
