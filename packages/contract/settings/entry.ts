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
  /** It names code that is run, or opens a door: only the person’s own files, policy and processes of their own are heard on it. */
  readonly ofPerson?: true
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
