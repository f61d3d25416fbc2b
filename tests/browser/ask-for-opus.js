// Runs in a page before its own scripts: the page asks for Opus first, as `codec: 'opus'` of the SDK has it, whatever its application says.
;(() => {
  const { prototype } = RTCRtpTransceiver
  const set = prototype.setCodecPreferences
  prototype.setCodecPreferences = function (codecs) {
    const isOpus = ({ mimeType }) => /opus/i.test(mimeType)
    return set.call(this, [...codecs.filter(isOpus), ...codecs.filter((codec) => !isOpus(codec))])
  }
})()
