/**
 * Rules of readable pages as functions that run within the page: given to page.evaluate(), so each stands alone. Runs in
 * the browser of the tests.
 */

export interface PageFindings {
  /** How many elements were looked at: none would prove nothing. */
  readonly checked: number;
  readonly findings: readonly string[];
}

/** Text whose contrast with what is painted beneath it is below `least` (WCAG 2's formula); disabled controls are exempt. */
export function contrastFindings(least: number): PageFindings {
  const findings: string[] = [];
  let checked = 0;
  // A canvas turns whatever form CSS gives a color in into bytes.
  const probe = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const bytesOf = (color: string): readonly [number, number, number, number] => {
    if (probe === null) return [0, 0, 0, 0];
    probe.clearRect(0, 0, 1, 1);
    probe.fillStyle = color;
    probe.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0, alpha = 0] = probe.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha];
  };
  const luminance = (color: string): number => {
    const parts = bytesOf(color)
      .slice(0, 3)
      .map((byte) => byte / 255)
      .map((share) => (share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
    const [red = 0, green = 0, blue = 0] = parts;
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundOf = (element: Element | null): string => {
    for (let at = element; at !== null; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (bytesOf(backgroundColor)[3] === 255) return backgroundColor;
    }
    return 'white';
  };
  for (const element of document.querySelectorAll<HTMLElement>('body *')) {
    const hasText = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '',
    );
    if (!hasText || !element.checkVisibility() || element.closest(':disabled') !== null) continue;
    checked += 1;
    const text = luminance(getComputedStyle(element).color);
    const ground = luminance(groundOf(element));
    const ratio = (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
    if (ratio < least) {
      findings.push(
        `${ratio.toFixed(2)} ${element.tagName} "${(element.textContent ?? '').trim()}"`,
      );
    }
  }
  return { checked, findings };
}

/** Controls without a name, ids that come twice, references to nothing, headings that skip a level. */
export function labelFindings(): PageFindings {
  const findings: string[] = [];
  const controls = document.querySelectorAll<HTMLElement>(
    'button, input, select, textarea, a[href]',
  );
  for (const control of controls) {
    const labels = 'labels' in control && control.labels instanceof NodeList ? control.labels : [];
    const texts = [
      control.textContent,
      control.getAttribute('aria-label'),
      ...Array.from(labels, (label) => label.textContent),
    ];
    const isNamed = texts.some((text) => (text ?? '').trim() !== '');
    // Filled when its dialog is opened.
    if (!isNamed && control.closest('dialog:not([open])') === null) {
      findings.push(`no name: ${control.outerHTML.slice(0, 80)}`);
    }
  }
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) findings.push(`twice: ${id}`);
  for (const attribute of ['aria-labelledby', 'aria-describedby', 'for']) {
    for (const element of document.querySelectorAll(`[${attribute}]`)) {
      const id = element.getAttribute(attribute) ?? '';
      if (document.getElementById(id) === null) findings.push(`${attribute} of nothing: ${id}`);
    }
  }
  let level = 0;
  for (const heading of document.querySelectorAll('h1, h2, h3, h4')) {
    const next = Number(heading.tagName.slice(1));
    if (next > level + 1) findings.push(`heading skips a level: ${heading.textContent}`);
    level = next;
  }
  for (const image of document.querySelectorAll('img:not([alt])')) findings.push(image.outerHTML);
  if (document.documentElement.lang === '') findings.push('no language');
  return { checked: controls.length, findings };
}
