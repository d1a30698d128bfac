/** The whole of what a page and the main process say to each other besides the port; shared by preload and main. */
export const connectChannel = 'groat:connect';
export const portChannel = 'groat:port';
export const copyChannel = 'groat:copy';

/** A proxy URL with its credential is the longest thing that a screen copies. */
export const longestCopy = 16_384;
