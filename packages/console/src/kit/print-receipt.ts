// Prints one receipt and nothing else of the page, at the width of receipt paper: a copy of its sheet stands at the end of
// the body while the browser prints, and the style sheet of receipts hides the rest.

/** Of the paper, in mm; the usual roll of card machines and till printers is 80 mm wide. */
const PAPER_WIDTH_MM = 80;
const MARGIN_MM = 4;
const MM_PER_PX = 25.4 / 96;

/** `sheet` is the element with the lines, as it is shown. */
export function printReceipt(sheet: HTMLElement): void {
  const copy = document.createElement('div');
  copy.className = 'print-sheet';
  copy.append(...[...sheet.children].map((line) => line.cloneNode(true)));
  const page = new CSSStyleSheet();
  const heightMm = Math.ceil(sheet.scrollHeight * MM_PER_PX) + 2 * MARGIN_MM;
  page.replaceSync(`@page { size: ${PAPER_WIDTH_MM}mm ${heightMm}mm; margin: ${MARGIN_MM}mm; }`);
  const end = () => {
    copy.remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== page);
    delete document.documentElement.dataset.prints;
  };
  document.body.append(copy);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, page];
  document.documentElement.dataset.prints = 'receipt';
  addEventListener('afterprint', end, { once: true });
  print();
}
