// One device under its many names: a bare number, tel:, sip:, with blanks and parameters, or as a switching function writes it, N<number>Name;….

/** Whether both name the same device. A number may be written with or without the partition that a server puts behind it. */
export function sameDevice(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return false
  return one === other || bareDevice(one) === bareDevice(other)
}

/** Without its scheme, its parameters and its punctuation: what can be compared, and shown. */
export function bareDevice(id: string): string {
  let bare = id.trim()
  const dialled = /^N?<([^>]*)>/.exec(bare)
  if (dialled) bare = (dialled[1] as string).trim()
  const scheme = /^(tel|sips?):/i.exec(bare)?.[1]?.toLowerCase()
  if (scheme !== undefined) bare = bare.slice(scheme.length + 1)
  const tel = /;tel=([^;]+)/i.exec(bare)?.[1]
  if (tel !== undefined) bare = tel
  bare = (bare.split(/[;?]/, 1)[0] as string).trim()
  if (scheme === 'sip' || scheme === 'sips') {
    const [user, host] = bare.split('@', 2) as [string, string?]
    bare =
      host === undefined ? user : /^\+?\d+$/.test(user) ? user : `${user}@${host.replace(/:\d+$/, '').toLowerCase()}`
  }
  return /^[+*#\d\s().-]+$/.test(bare) && /\d/.test(bare) ? bare.replace(/[\s().-]/g, '') : bare
}

/** The name that a switching function writes behind the number, where it does. */
export function nameOfDevice(id: string): string | undefined {
  const name = /^N?<[^>]*>([^;]*)/.exec(id.trim())?.[1]?.trim()
  return name === '' ? undefined : name
}
