// What the lab's call manager knows: people, their devices, and dial rules.
export interface RuleRow {
  readonly beginsWith: string
  readonly numDigits: number
  readonly digitsToRemove: number
  readonly prefixWith: string
}

export type RuleDirection = 'application' | 'directory'

export interface DeviceRow {
  readonly name: string
  readonly description: string
  readonly model: string
}

export const softPhoneModel = 'Cisco Unified Client Services Framework'

export function deviceOf(person: string): string {
  return `CSF${person.toUpperCase()}`
}

/** Each person has a soft phone and a desk phone. */
export function devicesOf(person: string): DeviceRow[] {
  const name = person[0]?.toUpperCase() + person.slice(1)
  return [
    { name: deviceOf(person), description: `${name}'s soft phone`, model: softPhoneModel },
    { name: `SEP${macOf(person)}`, description: `${name}'s desk phone`, model: 'Cisco 7965' },
  ]
}

/** The same for the same person, of the range for documents (RFC 7042 §2.1.2). */
function macOf(person: string): string {
  let sum = 0
  for (const character of person) sum = (sum * 31 + (character.codePointAt(0) as number)) & 0xff
  return `00005E0053${sum.toString(16).padStart(2, '0').toUpperCase()}`
}

export class RuleTables {
  readonly #rules: Record<RuleDirection, readonly RuleRow[]> = {
    application: [{ beginsWith: '+1', numDigits: 12, digitsToRemove: 1, prefixWith: '9' }],
    directory: [{ beginsWith: '91', numDigits: 12, digitsToRemove: 1, prefixWith: '+' }],
  }

  of(direction: RuleDirection): readonly RuleRow[] {
    return this.#rules[direction]
  }

  /** Throws where these are no rules. */
  set(direction: string, rules: unknown): void {
    if (direction !== 'application' && direction !== 'directory')
      throw new Error('The direction is application or directory.')
    if (!Array.isArray(rules) || !rules.every(isRule))
      throw new Error('Rules are a list of {beginsWith, numDigits, digitsToRemove, prefixWith}.')
    this.#rules[direction] = rules
  }
}

function isRule(given: unknown): given is RuleRow {
  if (typeof given !== 'object' || given === null) return false
  const { beginsWith, numDigits, digitsToRemove, prefixWith } = given as Partial<RuleRow>
  return (
    typeof beginsWith === 'string' &&
    typeof prefixWith === 'string' &&
    Number.isInteger(numDigits) &&
    Number.isInteger(digitsToRemove)
  )
}
