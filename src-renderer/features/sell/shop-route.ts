/** The page of one shop. */
export const shopRoute = (name: string): string => `/sell/${encodeURIComponent(name)}`;
