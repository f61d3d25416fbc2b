// The invitation to a room: parley-room://rooms.example.com:443/janus#room=1&pin=… names the server’s place, the room and the word that lets one in.
// How the server is spoken to, with TLS or without, is what the person’s own settings say of it, never what an invitation says.

export interface RoomPlace {
  /** As settings have it. */
  readonly server: string
  readonly room: number
  readonly pin: string
}

export function invitationTo({ server, room, pin }: RoomPlace): string {
  return `parley-room://${placeOf(server)}#room=${room}&pin=${pin}`
}

/** Undefined where it is none, or leads to none of these servers. */
export function readInvitation(text: string, servers: readonly string[]): RoomPlace | undefined {
  if (text.length > longest) return undefined
  const [, place, digits = '', pin] = /^parley-room:\/\/([^#\s]+)#room=(\d{1,16})&pin=([\w-]{1,128})$/.exec(text) ?? []
  const room = Number(digits)
  const server = servers.find((each) => placeOf(each) === place?.toLowerCase())
  if (server === undefined || pin === undefined || !Number.isSafeInteger(room) || room < 1) return undefined
  return { server, room, pin }
}

/** Host, port and path, each as it is written one way. */
function placeOf(server: string): string {
  const { protocol, hostname, port, pathname } = new URL(server)
  const usual = protocol === 'wss:' ? '443' : '80'
  return `${hostname}:${port === '' ? usual : port}${pathname}`.toLowerCase()
}

const longest = 2048
