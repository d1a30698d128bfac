/** A package that Groat is made of, as its build writes it beside the screens. */
export interface Licence {
  readonly name: string;
  readonly version: string;
  /** SPDX, in the package's own words. */
  readonly licence: string;
  readonly repository: string | null;
}

/** Throws for anything that the build does not write. */
export function readLicences(file: unknown): readonly Licence[] {
  if (typeof file !== 'object' || file === null || !('packages' in file) || !Array.isArray(file.packages))
    throw new Error('licences.json has no list of packages');
  return file.packages.filter(isLicence);
}

function isLicence(item: unknown): item is Licence {
  if (typeof item !== 'object' || item === null) return false;
  const { name, version, licence, repository }: { readonly [field: string]: unknown } = { ...item };
  return (
    [name, version, licence].every((text) => typeof text === 'string') &&
    (repository === null || typeof repository === 'string')
  );
}
