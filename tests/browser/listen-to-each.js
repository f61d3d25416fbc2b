// Runs in a page before its own scripts: keeps what comes by each connection in `heard`, by its place in the order of tracks of sound, as 16-bit
// samples of 8 kHz; takes the browser's noise suppression away, which changes waves so that they cannot be compared; and gives, where a screen is
// asked for, a canvas that changes: a browser without a screen has none to show.
;(() => {
  globalThis.heard = []
  const { mediaDevices } = navigator
  const take = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = ({ audio, ...rest }) =>
    take({
      ...rest,
      ...(audio
        ? { audio: { ...audio, echoCancellation: false, noiseSuppression: false, autoGainControl: false } }
        : {}),
    })
  mediaDevices.getDisplayMedia = async () => {
    const canvas = document.createElement('canvas')
    canvas.width = 640
    canvas.height = 360
    const pen = canvas.getContext('2d')
    let n = 0
    setInterval(() => {
      pen.fillStyle = `hsl(${(n += 20) % 360} 80% 50%)`
      pen.fillRect(0, 0, 640, 360)
    }, 50)
    return canvas.captureStream(20)
  }
  const Peer = globalThis.RTCPeerConnection
  globalThis.RTCPeerConnection = class extends Peer {
    constructor(configuration) {
      super(configuration)
      this.addEventListener('track', ({ track }) => {
        if (track.kind !== 'audio') return
        const samples = []
        globalThis.heard.push(samples)
        const context = new AudioContext({ sampleRate: 8000 })
        const tap = context.createScriptProcessor(4096, 1, 1)
        tap.addEventListener('audioprocess', ({ inputBuffer }) => {
          for (const sample of inputBuffer.getChannelData(0)) samples.push(Math.round(sample * 32_767))
        })
        context
          .createMediaStreamSource(new MediaStream([track]))
          .connect(tap)
          .connect(context.destination)
      })
    }
  }
})()
