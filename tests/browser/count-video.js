// What the page's camera is to take by the browser's own reckoning, in bit/s; 0 before it knows.
{
  const peers = []
  const Inner = globalThis.RTCPeerConnection
  globalThis.RTCPeerConnection = class extends Inner {
    constructor(...options) {
      super(...options)
      peers.push(this)
    }
  }
  globalThis.videoTarget = async () => {
    for (const peer of peers)
      for (const each of (await peer.getStats()).values())
        if (each.type === 'outbound-rtp' && each.kind === 'video') return each.targetBitrate ?? 0
    return 0
  }
}
