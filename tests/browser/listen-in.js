// Runs in a page before its own scripts: keeps what comes from the core in `heard`, as 16-bit samples of 8 kHz, says in
// `received` how many senders' packets came of late, in `codecs` what each way speaks, and takes the browser's noise suppression away, which changes waves so that they cannot be compared.
;(() => {
  const heard = []
  let from
  globalThis.heard = heard
  globalThis.received = () => from?.getSynchronizationSources().length ?? 0
  let peer
  globalThis.codecs = async () => {
    const stats = [...(await peer.getStats()).values()]
    const nameOf = (type) =>
      stats.find(({ id }) => id === stats.find((each) => each.type === type && each.kind === 'audio')?.codecId)
        ?.mimeType
    return [nameOf('outbound-rtp'), nameOf('inbound-rtp')]
  }
  const { mediaDevices } = navigator
  const take = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = ({ audio }) =>
    take({ audio: { ...audio, echoCancellation: false, noiseSuppression: false, autoGainControl: false } })
  const Peer = globalThis.RTCPeerConnection
  globalThis.RTCPeerConnection = class extends Peer {
    constructor(configuration) {
      super(configuration)
      peer = this
      this.addEventListener('track', ({ track, receiver }) => {
        if (track.kind !== 'audio') return
        from = receiver
        const context = new AudioContext({ sampleRate: 8000 })
        const tap = context.createScriptProcessor(4096, 1, 1)
        tap.addEventListener('audioprocess', ({ inputBuffer }) => {
          for (const sample of inputBuffer.getChannelData(0)) heard.push(Math.round(sample * 32_767))
        })
        context
          .createMediaStreamSource(new MediaStream([track]))
          .connect(tap)
          .connect(context.destination)
      })
    }
  }
})()
