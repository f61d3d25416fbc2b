// Every journey, by name.
import { callAccountCode } from './journeys/call-account-code.ts'
import { callBusy } from './journeys/call-busy.ts'
import { callCancelled } from './journeys/call-cancelled.ts'
import { callClaim } from './journeys/call-claim.ts'
import { callCollectedDigits } from './journeys/call-collected-digits.ts'
import { callDeclined } from './journeys/call-declined.ts'
import { callDigits } from './journeys/call-digits.ts'
import { callEcho } from './journeys/call-echo.ts'
import { callHistory } from './journeys/call-history.ts'
import { callHold } from './journeys/call-hold.ts'
import { callMute } from './journeys/call-mute.ts'
import { callSpeech } from './journeys/call-speech.ts'
import { callStream } from './journeys/call-stream.ts'
import { callTransfer } from './journeys/call-transfer.ts'
import { callTransferConsult } from './journeys/call-transfer-consult.ts'
import { callTransferDirect } from './journeys/call-transfer-direct.ts'
import { callTransferRefused } from './journeys/call-transfer-refused.ts'
import { callUnknownNumber } from './journeys/call-unknown-number.ts'
import { settingsDevice } from './journeys/settings-device.ts'
import { settingsDialRules } from './journeys/settings-dial-rules.ts'
import { settingsNameAndPassword } from './journeys/settings-name-and-password.ts'
import { settingsNoPresence } from './journeys/settings-no-presence.ts'
import { settingsNoSoftPhone } from './journeys/settings-no-soft-phone.ts'
import { settingsRemoteControl } from './journeys/settings-remote-control.ts'
import { settingsSipByName } from './journeys/settings-sip-by-name.ts'
import { settingsSipOnly } from './journeys/settings-sip-only.ts'
import { settingsStandby } from './journeys/settings-standby.ts'
import type { Scenario } from './scenario.ts'

export { type RunOptions, runScenario, sabotaged } from './run.ts'
export type { Check, Outcome, Sabotage, Scenario, Stage } from './scenario.ts'

/** The first is the one that is run when none is named. */
export const scenarios: readonly Scenario[] = [
  callSpeech,
  callAccountCode,
  callBusy,
  callCancelled,
  callClaim,
  callCollectedDigits,
  callDeclined,
  callDigits,
  callEcho,
  callHistory,
  callHold,
  callMute,
  callStream,
  callTransfer,
  callTransferConsult,
  callTransferDirect,
  callTransferRefused,
  callUnknownNumber,
  settingsDevice,
  settingsDialRules,
  settingsNameAndPassword,
  settingsNoPresence,
  settingsNoSoftPhone,
  settingsRemoteControl,
  settingsSipByName,
  settingsSipOnly,
  settingsStandby,
]
