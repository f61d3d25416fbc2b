// Forwarding by the lab: *72 and a number sends all of a person's calls on to it, *73 no longer; after *74 what they do not answer goes to
// their voicemail, after *75 no longer. Other codes it has not.

export class Forwards {
  readonly #to = new Map<string, string>()
  /** Whose unanswered calls go to voicemail. */
  readonly #unanswered = new Set<string>()

  isCode(dialled: string): boolean {
    return /^\*72.|^\*7[345]$/.test(dialled)
  }

  dialled(from: string, code: string): void {
    const to = /^\*72(.+)$/.exec(code)?.[1]
    if (to !== undefined) this.#to.set(from, to)
    else if (code === '*73') this.#to.delete(from)
    else if (code === '*74' || code === '*75') this.toVoicemail(from, code === '*74')
  }

  /** Calls to that person or phone go on there; undefined: no longer. */
  set(from: string, to: string | undefined): void {
    if (to === undefined) this.#to.delete(from)
    else this.#to.set(from, to)
  }

  /** What that person does not answer goes to their voicemail, or no longer. */
  toVoicemail(from: string, goes: boolean): void {
    if (goes) this.#unanswered.add(from)
    else this.#unanswered.delete(from)
  }

  goesToVoicemail(user: string): boolean {
    return this.#unanswered.has(user)
  }

  /** Who is called in the end: of those who send one another on in a circle, whoever is met again. */
  of(user: string): string {
    const met = new Set<string>()
    let at = user
    for (let next = this.#to.get(at); next !== undefined && !met.has(at); next = this.#to.get(at)) {
      met.add(at)
      at = next
    }
    return at
  }
}
