/**
 * What `npm start` finds out before it chooses.
 * @typedef {object} Ground
 * @property {readonly string[]} flags what was typed after `npm start --`
 * @property {NodeJS.Platform} platform
 * @property {boolean} display whether a Linux desktop is there; not asked elsewhere
 * @property {boolean} administrator
 * @property {boolean} ci whether a machine runs this, for which nobody should wait
 * @property {boolean} binary whether Electron's program is on this machine
 * @property {boolean} fetchFailed whether it could not be fetched lately
 */

/**
 * The tray app; its program first; or no window, and why. Without a reason nobody wondered.
 * @typedef {{ kind: 'window' } | { kind: 'fetch' } | { kind: 'headless', because: string | null }} Door
 */

/**
 * Chooses the tray app where it can run, and otherwise Groat without a window, whose screens are in the browser.
 * @param {Ground} ground
 * @returns {Door}
 */
export function whichDoor({ flags, platform, display, administrator, ci, binary, fetchFailed }) {
  const headless = (/** @type {string | null} */ because) => /** @type {const} */ ({ kind: 'headless', because });
  // A script that reads JSON, and somebody who asks for help, want the command line.
  if (['--headless', '--json', '--help', '-h'].some((flag) => flags.includes(flag))) return headless(null);
  if (platform === 'linux' && !display) return headless('there is no display here');
  // Electron gives up its own sandbox for root; Groat does not.
  if (platform === 'linux' && administrator) return headless('Electron does not run as root');
  if (binary) return { kind: 'window' };
  if (ci) return headless('Electron is not on this machine, and CI does not wait for it');
  if (fetchFailed)
    return headless('Electron could not be fetched lately (to try again: node node_modules/electron/install.js)');
  return { kind: 'fetch' };
}
