// Where the keyboard goes when what had it is no longer there.

/** Ids of elements that take the focus. */
export const places = {
  calls: 'calls',
  call: 'call',
  number: 'number',
  digits: 'digits',
  conference: 'conference',
  lines: 'lines',
  history: 'history',
  services: 'services',
  people: 'people',
  contacts: 'contacts',
  chat: 'chat',
  message: 'message',
  seek: 'seek',
  conferences: 'conferences',
  stage: 'stage',
} as const

/** After what is shown has changed; the first of the places that is there. */
export function focus(...ids: readonly string[]): void {
  requestAnimationFrame(() => {
    const found = ids.map((id) => document.getElementById(id)).find((element) => element?.checkVisibility())
    found?.focus()
  })
}
