// UDP and TCP at the same port, as SIP and DNS have it.
import { type Listener, listenStream, openUdp, type UdpOptions, type UdpSocket } from '@openparley/net'

export type BothOptions = Omit<UdpOptions, 'onError'> &
  Pick<Parameters<typeof listenStream>[0], 'mostConnections' | 'onStream'>

/** With port 0 a port that only one of them could get is given back, and another tried. */
export async function listenBoth(options: BothOptions): Promise<{ readonly udp: UdpSocket; readonly tcp: Listener }> {
  const { address, port, mostConnections, onStream } = options
  for (let attempt = 0; ; attempt++) {
    const udp = await openUdp(options)
    try {
      return { udp, tcp: await listenStream({ address, port: udp.port, mostConnections, onStream }) }
    } catch (error) {
      await udp.close()
      if (port !== 0 || attempt > 20) throw error
    }
  }
}
