// What every setting says beside its name.
import { z } from 'zod'

export interface Setting<T extends z.ZodType = z.ZodType> {
  readonly doc: string
  readonly since: string
  readonly schema: T
  /** The value where nobody set one; absent where there is none. */
  readonly default?: z.output<T>
  /** Never shown, logged or written to a settings file by us. */
  readonly secret?: true
  /** It names code that is run: only the person’s own files and policy may say it, and nobody may over the contract. */
  readonly runs?: true
  /** When a change takes effect. */
  readonly applies: 'now' | 'next call' | 'sign-in'
}

export function setting<const S extends Setting>(given: S): S {
  return given
}

/** A secret as itself, or the name of an environment variable that holds it. */
export const secret: z.ZodUnion<[z.ZodString, z.ZodObject<{ env: z.ZodString }>]> = z.union([
  z.string().max(1024),
  z.object({ env: z.string().regex(/^\w+$/) }),
])
