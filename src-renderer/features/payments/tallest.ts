let measured: number | null = null;

/** The tallest element that this browser draws, in CSS pixels: 33 million in Chromium, 17 million in Firefox. */
export function tallestElement(): number {
  if (measured !== null) return measured;
  const probe = document.createElement('div');
  probe.style.cssText = 'position:absolute;visibility:hidden;height:1000000000px';
  document.body.append(probe);
  // Some take off the last few when they add it up.
  measured = Math.floor(probe.offsetHeight * 0.99);
  probe.remove();
  return measured;
}
