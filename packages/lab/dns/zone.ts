// The zone lab.example: where the lab's services are.
import type { Answer } from 'dns-packet'

export const zone = 'lab.example'

export interface ZonePorts {
  readonly sip: { readonly udp: number; readonly tcp: number; readonly tls: number }
  readonly api: number
  readonly xmpp: number
  readonly voicemail: number
  readonly directory: number
}

/** The host that each service is at. */
export const hostNames: Readonly<Record<'sip' | 'cucm' | 'files' | 'chat' | 'voicemail' | 'directory', string>> = {
  sip: `sip.${zone}`,
  cucm: `cucm.${zone}`,
  files: `files.${zone}`,
  chat: `chat.${zone}`,
  voicemail: `voicemail.${zone}`,
  directory: `directory.${zone}`,
}

/** Services that the zone names and the lab does not have yet: an address, and nothing that listens. */
const named: Readonly<Record<string, { readonly target: string; readonly port: number }>> = {
  [`_cuplogin._tcp.${zone}`]: { target: `presence.${zone}`, port: 8443 },
  [`_collab-edge._tls.${zone}`]: { target: `edge.${zone}`, port: 8443 },
}

export interface Zone {
  recordsOf(name: string, type: string): readonly Answer[]
  isName(name: string): boolean
}

/** `hidden`: a name that the zone lacks now. */
export function labZone(ports: () => ZonePorts, hidden: (name: string) => boolean): Zone {
  const services = (): Readonly<Record<string, { readonly target: string; readonly port: number }>> => ({
    ...named,
    [`_cisco-uds._tcp.${zone}`]: { target: hostNames.cucm, port: ports().api },
    [`_sips._tcp.${zone}`]: { target: hostNames.sip, port: ports().sip.tls },
    [`_sip._tcp.${zone}`]: { target: hostNames.sip, port: ports().sip.tcp },
    [`_xmpp-client._tcp.${zone}`]: { target: hostNames.chat, port: ports().xmpp },
    [`_ldap._tcp.${zone}`]: { target: hostNames.directory, port: ports().directory },
    [`_imaps._tcp.${zone}`]: { target: hostNames.voicemail, port: ports().voicemail },
    [`_sip._udp.${zone}`]: { target: hostNames.sip, port: ports().sip.udp },
  })
  const hosts = new Set([...Object.values(hostNames), ...Object.values(named).map(({ target }) => target)])
  const isHost = (name: string): boolean => hosts.has(name)
  return {
    recordsOf: (name, type) => {
      if (hidden(name)) return []
      const service = services()[name]
      if (type === 'SRV' && service) return [{ type, name, ttl, data: { ...service, priority: 0, weight: 0 } }]
      return type === 'A' && isHost(name) ? [{ type, name, ttl, data: '127.0.0.1' }] : []
    },
    isName: (name) => name === zone || (!hidden(name) && (isHost(name) || services()[name] !== undefined)),
  }
}

/** Seconds; a lab changes while it runs. */
const ttl = 1
