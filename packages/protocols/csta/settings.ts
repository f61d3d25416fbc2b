// The services that are about a device and not about a call: forwarding, do not disturb, waiting messages, and what its microphone and speaker do.

export const deviceServices = {
  GetDoNotDisturb: { device: 'device' },
  GetDoNotDisturbResponse: { doNotDisturbOn: 'flag', 'callOrigination?': 'tree', 'callingDeviceList?': 'tree' },
  SetDoNotDisturb: {
    device: 'device',
    doNotDisturbOn: 'flag',
    'callOrigination?': 'tree',
    'callingDeviceList?': 'tree',
  },
  SetDoNotDisturbResponse: {},
  GetForwarding: { device: 'device' },
  GetForwardingResponse: {
    'forwardingList?': [
      'forwardListItem',
      {
        'forwardingType?': 'text',
        forwardStatus: 'flag',
        'forwardDN?': 'device',
        'forwardDefault?': 'text',
        'ringDuration?': 'count',
        'ringCount?': 'count',
      },
    ],
  },
  SetForwarding: {
    device: 'device',
    'forwardingType?': 'text',
    activateForward: 'flag',
    'forwardDN?': 'device',
    'ringCount?': 'count',
    'ringDuration?': 'count',
  },
  SetForwardingResponse: {},
  GetMessageWaitingIndicator: { device: 'device' },
  GetMessageWaitingIndicatorResponse: {
    messageWaitingOn: 'flag',
    'deviceForMessage?': 'party',
    'lampIsPresent?': 'flag',
  },
  SetMessageWaitingIndicator: { device: 'device', messageWaitingOn: 'flag', 'deviceForMessage?': 'device' },
  SetMessageWaitingIndicatorResponse: {},
  SetMicrophoneMute: { device: 'device', 'auditoryApparatus?': 'text', microphoneMuteOn: 'flag' },
  SetMicrophoneMuteResponse: {},
  SetSpeakerVolume: { device: 'device', 'auditoryApparatus?': 'text', 'speakerVolume?': 'tree' },
  SetSpeakerVolumeResponse: {},
} as const
