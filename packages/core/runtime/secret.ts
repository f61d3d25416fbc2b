// A secret as settings have it: itself, or the name of an environment variable that holds it.

/** Undefined where there is none, or where the variable is not set. */
export function secretOf(given: string | { readonly env: string } | undefined): string | undefined {
  return typeof given === 'object' ? process.env[given.env] : given
}
