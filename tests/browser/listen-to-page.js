// Runs in a page before its own scripts: keeps what the page itself plays in `played`, as the loudest of each 10 ms, 0 to 1,
// with the time of the page's sound in seconds.
;(() => {
  const played = []
  globalThis.played = played
  const taps = new Map()
  const connect = AudioNode.prototype.connect
  /** One for all that the context plays: what is played together is heard together. */
  const tapOf = (context) => {
    const step = context.sampleRate / 100
    const tap = context.createScriptProcessor(4096, 1, 1)
    tap.addEventListener('audioprocess', ({ inputBuffer, playbackTime }) => {
      const samples = inputBuffer.getChannelData(0)
      for (let at = 0; at + step <= samples.length; at += step) {
        let peak = 0
        for (let n = Math.floor(at); n < at + step; n++) peak = Math.max(peak, Math.abs(samples[n]))
        played.push({ at: playbackTime + at / context.sampleRate, peak })
      }
    })
    connect.call(tap, context.destination)
    taps.set(context, tap)
    return tap
  }
  AudioNode.prototype.connect = function (to, ...rest) {
    const { context } = this
    if (to === context.destination && this instanceof AudioBufferSourceNode)
      connect.call(this, taps.get(context) ?? tapOf(context))
    return connect.call(this, to, ...rest)
  }
})()
