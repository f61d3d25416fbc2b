// From a setting's schema to the control that fits it, and from what was typed to a value.
export type Form =
  | { readonly is: 'text' | 'secret' | 'switch' }
  | { readonly is: 'number'; readonly min: number | undefined; readonly max: number | undefined }
  | { readonly is: 'choice'; readonly of: readonly string[] }
  /** A text a line. */
  | { readonly is: 'lines' }
  /** Whatever else there is, as JSON. */
  | { readonly is: 'json' }

interface JsonSchema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
}

export function formOf({ schema, secret }: { readonly schema: object; readonly secret?: true }): Form {
  if (secret) return { is: 'secret' }
  const { type, enum: of, minimum, maximum, items, anyOf } = schema as JsonSchema
  const texts = of?.filter((each) => typeof each === 'string')
  if (texts && texts.length > 0) return { is: 'choice', of: texts }
  if (type === 'boolean') return { is: 'switch' }
  if (type === 'integer' || type === 'number') return { is: 'number', min: minimum, max: maximum }
  if (type === 'string') return { is: 'text' }
  if (type === 'array' && items?.type === 'string') return { is: 'lines' }
  // A list that may be written as its only text is a list.
  const list = anyOf?.find((each) => each.type === 'array')
  if (anyOf && list) return formOf({ schema: list })
  if (anyOf?.every((each) => each.type === 'string')) return { is: 'text' }
  return { is: 'json' }
}

/** A value as it stands in its control. */
export function written({ is }: Form, value: unknown): string {
  if (value === undefined || is === 'secret') return ''
  if (is === 'lines' && Array.isArray(value)) return value.join('\n')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** What was typed as a value; the text itself where it is none of that form: the core says what is wrong with it. */
export function typed({ is }: Form, text: string): unknown {
  switch (is) {
    case 'number':
      return text.trim() === '' ? text : Number(text)
    case 'lines':
      return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]))
    case 'json':
      try {
        return JSON.parse(text)
      } catch {
        return text
      }
    default:
      return text
  }
}
