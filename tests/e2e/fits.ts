/** Whether everything that is said fits where it stands: nothing wider than the window, no word cut at an edge, no button too small for its words. */
import type { Page } from '@playwright/test';

/** What does not fit in the page as it stands. Names that people gave may end in dots; words of ours may not where they act or head something. */
export async function listMisfits(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const found = new Set<string>();
    const whole = document.documentElement.scrollWidth;
    if (whole > window.innerWidth) found.add(`the page is ${String(whole)} px wide`);
    const headOrControl = 'button, a.button, .tab, h1, h2, h3, th, legend, label, .menu-item, .rail-link';
    const walker = document.createTreeWalker(
      document.querySelector('dialog[open]') ?? document.body,
      NodeFilter.SHOW_TEXT,
    );
    const seen = new Set<Element>();
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      if (element === null || (node.textContent ?? '').trim() === '') continue;
      const isHidden =
        element.closest(
          '.visually-hidden, [aria-hidden=true], option, svg, dialog:not([open]), .skip-link',
        ) !== null || !element.checkVisibility();
      if (isHidden) continue;
      const words = element.textContent.trim().slice(0, 40);
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      if (box.width === 0) continue;
      let mayScroll = false;
      let isEndedInDots = false;
      for (
        let holder: Element | null = element;
        holder !== null && holder !== document.body;
        holder = holder.parentElement
      ) {
        const style = getComputedStyle(holder);
        const clips = style.overflowX !== 'visible';
        const isCut = clips && holder.scrollWidth > holder.clientWidth + 1;
        if (/auto|scroll/u.test(style.overflowX)) mayScroll = true;
        else if (isCut && style.textOverflow === 'ellipsis') isEndedInDots = true;
        else if (isCut && !isEndedInDots && !mayScroll) {
          const edge = holder.getBoundingClientRect();
          if (box.right > edge.right + 1 || box.left < edge.left - 1) found.add(`cut: ${words}`);
        }
        if (
          !seen.has(holder) &&
          holder.matches('button, a.button') &&
          holder.scrollWidth > holder.clientWidth + 1
        )
          found.add(`sticks out of its button: ${words}`);
        seen.add(holder);
      }
      if (isEndedInDots && element.closest(headOrControl) !== null && element.closest('[dir=auto]') === null)
        found.add(`ends in dots: ${words}`);
      if (!mayScroll && !isEndedInDots && (box.right > window.innerWidth + 1 || box.left < -1))
        found.add(`runs out of the window: ${words}`);
    }
    const pen = document.createElement('canvas').getContext('2d');
    for (const input of document.querySelectorAll<HTMLInputElement>('input[placeholder]')) {
      if (pen === null || !input.checkVisibility() || input.value !== '') continue;
      const style = getComputedStyle(input);
      pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
      const room =
        input.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
      if (pen.measureText(input.placeholder).width > room + 1) found.add(`cut: ${input.placeholder}`);
    }
    return [...found];
  });
}
