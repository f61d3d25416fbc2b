// Which of our calls each call of the device is: one, or several once the phone has brought them together; and who is at each one's other end.
import { type ExtendedDevice, sameDevice } from '@openparley/protocols/csta'

export class Members {
  /** Our calls’ ids by the device’s key of its call. */
  readonly #of = new Map<string, readonly string[]>()
  readonly #keys = new Map<string, string>()
  readonly #others = new Map<string, string>()

  of(key: string): readonly string[] {
    return this.#of.get(key) ?? []
  }

  keyOf(call: string): string | undefined {
    return this.#keys.get(call)
  }

  bind(key: string, call: string): void {
    this.#of.set(key, [call])
    this.#keys.set(call, key)
  }

  /** Who is at the other end of a call, where that is told. */
  meet(call: string, remote: ExtendedDevice | undefined): void {
    if (typeof remote === 'string') this.#others.set(call, remote)
  }

  /** All calls of the other are of this one from now on: they are returned. */
  join(key: string, other: string): readonly string[] {
    const joining = this.of(other)
    this.#of.delete(other)
    this.#of.set(key, [...this.of(key), ...joining])
    for (const call of joining) this.#keys.set(call, key)
    return joining
  }

  /** Of several: the other end of that one; undefined where it is the only one. */
  otherOf(call: string): string | undefined {
    const key = this.#keys.get(call)
    return key !== undefined && this.of(key).length > 1 ? this.#others.get(call) : undefined
  }

  /** Of several the one with that device. */
  with(key: string, device: string): string | undefined {
    return this.of(key).find((call) => sameDevice(this.otherOf(call) ?? '', device))
  }

  forget(call: string): void {
    const key = this.#keys.get(call)
    this.#keys.delete(call)
    this.#others.delete(call)
    if (key === undefined) return
    const rest = this.of(key).filter((each) => each !== call)
    if (rest.length > 0) this.#of.set(key, rest)
    else this.#of.delete(key)
  }
}
