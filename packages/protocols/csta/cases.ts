// The messages of CSTA as switches write them: each text and what it says.
import type { CstaMessage } from './index.ts'

const at = (call: string, device: string): { callID: string; deviceID: string } => ({ callID: call, deviceID: device })
const c = (call: string, device: string): string => `<callID>${call}</callID><deviceID>${device}</deviceID>`
const d = (device: string): string => `<deviceIdentifier>${device}</deviceIdentifier>`
const m = '<monitorCrossRefID>42</monitorCrossRefID>'
const rd = '<lastRedirectionDevice><notRequired/></lastRedirectionDevice>'
const lastRedirectionDevice = { absent: 'notRequired' } as const
const monitorCrossRefID = '42'

/** Written and read the same way. */
export const cases: readonly (readonly [CstaMessage, string])[] = [
  [{ is: 'RequestSystemStatus' }, '<RequestSystemStatus/>'],
  [
    { is: 'RequestSystemStatusResponse', systemStatus: 'normal' },
    '<RequestSystemStatusResponse><systemStatus>normal</systemStatus></RequestSystemStatusResponse>',
  ],
  [
    { is: 'MonitorStart', monitorObject: { deviceObject: '1001' } },
    '<MonitorStart><monitorObject><deviceObject>1001</deviceObject></monitorObject></MonitorStart>',
  ],
  [{ is: 'MonitorStartResponse', monitorCrossRefID }, `<MonitorStartResponse>${m}</MonitorStartResponse>`],
  [{ is: 'MonitorStop', monitorCrossRefID }, `<MonitorStop>${m}</MonitorStop>`],
  [
    {
      is: 'SnapshotDeviceResponse',
      crossRefIDorSnapshotData: {
        snapshotData: [
          {
            connectionIdentifier: at('17', '1001'),
            localCallState: { compoundCallState: ['connected', 'alerting'] },
          },
        ],
      },
    },
    `<SnapshotDeviceResponse><crossRefIDorSnapshotData><snapshotData><snapshotDeviceResponseInfo><connectionIdentifier>${c('17', '1001')}</connectionIdentifier><localCallState><compoundCallState><localConnectionState>connected</localConnectionState><localConnectionState>alerting</localConnectionState></compoundCallState></localCallState></snapshotDeviceResponseInfo></snapshotData></crossRefIDorSnapshotData></SnapshotDeviceResponse>`,
  ],
  [
    { is: 'SnapshotCall', snapshotObject: at('17', '1001') },
    `<SnapshotCall><snapshotObject>${c('17', '1001')}</snapshotObject></SnapshotCall>`,
  ],
  [
    { is: 'MakeCall', callingDevice: '1001', calledDirectoryNumber: '1002', autoOriginate: 'doNotPrompt' },
    '<MakeCall><callingDevice>1001</callingDevice><calledDirectoryNumber>1002</calledDirectoryNumber><autoOriginate>doNotPrompt</autoOriginate></MakeCall>',
  ],
  [
    { is: 'MakeCallResponse', callingDevice: at('17', '1001') },
    `<MakeCallResponse><callingDevice>${c('17', '1001')}</callingDevice></MakeCallResponse>`,
  ],
  [
    { is: 'ReconnectCall', activeCall: at('18', '1001'), heldCall: at('17', '1001') },
    `<ReconnectCall><activeCall>${c('18', '1001')}</activeCall><heldCall>${c('17', '1001')}</heldCall></ReconnectCall>`,
  ],
  [
    { is: 'DeflectCall', callToBeDiverted: at('17', '1002'), newDestination: '1003' },
    `<DeflectCall><callToBeDiverted>${c('17', '1002')}</callToBeDiverted><newDestination>1003</newDestination></DeflectCall>`,
  ],
  [
    { is: 'GenerateDigits', connectionToSendDigits: at('17', '1001'), charactersToSend: '12#' },
    `<GenerateDigits><connectionToSendDigits>${c('17', '1001')}</connectionToSendDigits><charactersToSend>12#</charactersToSend></GenerateDigits>`,
  ],
  [
    {
      is: 'SetForwarding',
      device: '1001',
      forwardingType: 'forwardNoAns',
      activateForward: true,
      forwardDN: '1002',
      ringCount: 4,
    },
    '<SetForwarding><device>1001</device><forwardingType>forwardNoAns</forwardingType><activateForward>true</activateForward><forwardDN>1002</forwardDN><ringCount>4</ringCount></SetForwarding>',
  ],
  [
    {
      is: 'ServiceInitiatedEvent',
      monitorCrossRefID,
      initiatedConnection: at('17', '1001'),
      initiatingDevice: '1001',
      localConnectionInfo: 'initiated',
      cause: 'makeCall',
    },
    `<ServiceInitiatedEvent>${m}<initiatedConnection>${c('17', '1001')}</initiatedConnection><initiatingDevice>${d('1001')}</initiatingDevice><localConnectionInfo>initiated</localConnectionInfo><cause>makeCall</cause></ServiceInitiatedEvent>`,
  ],
  [
    {
      is: 'DeliveredEvent',
      monitorCrossRefID,
      connection: at('17', '1002'),
      alertingDevice: '1002',
      callingDevice: { absent: 'restricted' },
      calledDevice: '1002',
      lastRedirectionDevice,
      localConnectionInfo: 'alerting',
      cause: 'newCall',
    },
    `<DeliveredEvent>${m}<connection>${c('17', '1002')}</connection><alertingDevice>${d('1002')}</alertingDevice><callingDevice><restricted/></callingDevice><calledDevice>${d('1002')}</calledDevice>${rd}<localConnectionInfo>alerting</localConnectionInfo><cause>newCall</cause></DeliveredEvent>`,
  ],
  [
    {
      is: 'TransferedEvent',
      monitorCrossRefID,
      primaryOldCall: at('17', '1001'),
      transferringDevice: '1001',
      transferredToDevice: '1003',
      transferredConnections: [{ newConnection: at('19', '1003'), endpoint: '1003' }],
      localConnectionInfo: 'null',
      cause: 'singleStepTransfer',
    },
    `<TransferedEvent>${m}<primaryOldCall>${c('17', '1001')}</primaryOldCall><transferringDevice>${d('1001')}</transferringDevice><transferredToDevice>${d('1003')}</transferredToDevice><transferredConnections><connectionListItem><newConnection>${c('19', '1003')}</newConnection><endpoint><deviceID>1003</deviceID></endpoint></connectionListItem></transferredConnections><localConnectionInfo>null</localConnectionInfo><cause>singleStepTransfer</cause></TransferedEvent>`,
  ],
  [
    {
      is: 'DivertedEvent',
      monitorCrossRefID,
      connection: at('17', '1002'),
      divertingDevice: '1002',
      newDestination: '1003',
      lastRedirectionDevice: '1002',
      localConnectionInfo: 'null',
      cause: 'redirected',
    },
    `<DivertedEvent>${m}<connection>${c('17', '1002')}</connection><divertingDevice>${d('1002')}</divertingDevice><newDestination>${d('1003')}</newDestination><lastRedirectionDevice><numberDialed>1002</numberDialed></lastRedirectionDevice><localConnectionInfo>null</localConnectionInfo><cause>redirected</cause></DivertedEvent>`,
  ],
  [
    {
      is: 'CallInformationEvent',
      monitorCrossRefID,
      connection: at('17', '1001'),
      device: '1001',
      correlatorData: '4142',
    },
    `<CallInformationEvent>${m}<connection>${c('17', '1001')}</connection><device>${d('1001')}</device><correlatorData><string>4142</string></correlatorData></CallInformationEvent>`,
  ],
  [
    {
      is: 'ForwardingEvent',
      monitorCrossRefID,
      device: '1001',
      forwardingType: 'forwardBusy',
      forwardStatus: true,
      forwardTo: '1002',
    },
    `<ForwardingEvent>${m}<device>${d('1001')}</device><forwardingType>forwardBusy</forwardingType><forwardStatus>true</forwardStatus><forwardTo>1002</forwardTo></ForwardingEvent>`,
  ],
  [
    { is: 'CSTAErrorCode', category: 'operation', value: 'invalidDeviceID' },
    '<CSTAErrorCode><operation>invalidDeviceID</operation></CSTAErrorCode>',
  ],
  [{ is: 'CSTAErrorCode', category: 'unspecified', value: '' }, '<CSTAErrorCode><unspecified/></CSTAErrorCode>'],
]
