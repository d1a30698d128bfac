/** Pages of the screens that the shell opens. */
export const screenOrigin = 'app://groat';
export const screenPage = `${screenOrigin}/index.html`;

export const routes = {
  overview: '/',
  approvals: '/approvals',
  approval: (id: string) => `/approvals/${id}`,
  agents: '/agents',
  agent: (name: string) => `/agents/${encodeURIComponent(name)}`,
  payments: '/payments',
  payment: (id: string) => `/payments/${encodeURIComponent(id)}`,
  /** Asks for the PIN and resumes all. */
  resume: '/resume',
  /** The small window. */
  prompt: '/prompt',
} as const;

export const screenUrl = (route: string): string => `${screenPage}#${route}`;
