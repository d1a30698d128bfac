export const linkScheme = 'groat';

const approvalLink = /^groat:\/\/approval\/(apr_[0-9a-z]{9,12}[0-9a-f]{12})\/?$/;

/**
 * The approval that a `groat://approval/<id>` link names; null for anything else. Every program and web page can open such
 * a link, so it may show something and never does anything.
 */
export function linkedApproval(link: string): string | null {
  return approvalLink.exec(link)?.[1] ?? null;
}

/** The same for the arguments of a process: Windows and Linux hand a link over as one of them. */
export function linkedApprovalOf(argv: readonly string[]): string | null {
  for (const argument of argv.slice(1)) {
    const id = linkedApproval(argument);
    if (id !== null) return id;
  }
  return null;
}
