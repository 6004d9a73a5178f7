// What the pages of the documentation can do with a script: theme, search, copying. They can be read
// without. This runs before the page is drawn, so that no wrong theme flashes up.

import '../style/tokens.css';
import '../style/base.css';
import './docs.css';
import './nav.css';
import './article.css';
import './code.css';
import './search.css';
import './print.css';
import { addCopyButtons } from './copy.ts';
import { addSearch } from './search-box.ts';
import { offerThemes, putTheme } from './theme.ts';

putTheme();
if (document.readyState === 'loading') addEventListener('DOMContentLoaded', begin);
else begin();

function begin(): void {
  offerThemes();
  addSearch();
  addCopyButtons();
  letScroll();
  closeOnChoice();
  document.querySelector('.nav [aria-current]')?.scrollIntoView({ block: 'nearest' });
}

/** What is wider than the page can be scrolled from the keyboard too. */
function letScroll(): void {
  const watch = new ResizeObserver((seen) => {
    for (const { target } of seen) {
      if (target.scrollWidth > target.clientWidth) target.setAttribute('tabindex', '0');
      else target.removeAttribute('tabindex');
    }
  });
  for (const box of document.querySelectorAll('.wide, .code > pre')) watch.observe(box);
}

/** On a phone the navigation covers the page; a link to a part of the page it shows must uncover it. */
function closeOnChoice(): void {
  const nav = document.getElementById('nav');
  nav?.addEventListener('click', (event) => {
    const isLink = event.target instanceof Element && event.target.closest('a');
    if (isLink && nav.matches(':popover-open')) nav.hidePopover();
  });
}
