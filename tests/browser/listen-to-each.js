// Runs in a page before its own scripts: keeps what comes by each connection in `heard`, by its place in the order of tracks of sound, as 16-bit
// samples of 8 kHz; takes the browser's noise suppression away, which changes waves so that they cannot be compared; and gives, where a screen is
// asked for, a canvas that changes: a browser without a screen has none to show.
;(() => {
  globalThis.heard = []
  const { mediaDevices } = navigator
  const take = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = ({ audio, video }) =>
    take({
      // Three browsers encode and decode on one machine.
      ...(video ? { video: { width: 160, height: 120, frameRate: 8 } } : {}),
      ...(audio
        ? { audio: { ...audio, echoCancellation: false, noiseSuppression: false, autoGainControl: false } }
        : {}),
    })
  mediaDevices.getDisplayMedia = async () => {
    const canvas = document.createElement('canvas')
    canvas.width = 320
    canvas.height = 180
    const pen = canvas.getContext('2d')
    let n = 0
    setInterval(() => {
      pen.fillStyle = `hsl(${(n += 20) % 360} 80% 50%)`
      pen.fillRect(0, 0, 320, 180)
    }, 125)
    return canvas.captureStream(8)
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
