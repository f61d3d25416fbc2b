// Every journey, by name.
import { callAccountCode } from './journeys/call-account-code.ts'
import { callAnonymous } from './journeys/call-anonymous.ts'
import { callAutoAnswer } from './journeys/call-auto-answer.ts'
import { callBack } from './journeys/call-back.ts'
import { callBackNoReply } from './journeys/call-back-no-reply.ts'
import { callBusy } from './journeys/call-busy.ts'
import { callCancelled } from './journeys/call-cancelled.ts'
import { callClaim } from './journeys/call-claim.ts'
import { callCollectedDigits } from './journeys/call-collected-digits.ts'
import { callConference } from './journeys/call-conference.ts'
import { callConferenceEight } from './journeys/call-conference-eight.ts'
import { callConferenceServer } from './journeys/call-conference-server.ts'
import { callConferenceServerDrop } from './journeys/call-conference-server-drop.ts'
import { callConferenceServerRefused } from './journeys/call-conference-server-refused.ts'
import { callConferenceSilence } from './journeys/call-conference-silence.ts'
import { callConferenceSplit } from './journeys/call-conference-split.ts'
import { callDeclined } from './journeys/call-declined.ts'
import { callDeflect } from './journeys/call-deflect.ts'
import { callDigits } from './journeys/call-digits.ts'
import { callDoNotDisturb } from './journeys/call-do-not-disturb.ts'
import { callEarlyMedia } from './journeys/call-early-media.ts'
import { callEcho } from './journeys/call-echo.ts'
import { callForwardAlways } from './journeys/call-forward-always.ts'
import { callForwardBusy } from './journeys/call-forward-busy.ts'
import { callForwardNoAnswer } from './journeys/call-forward-no-answer.ts'
import { callForwardServer } from './journeys/call-forward-server.ts'
import { callHistory } from './journeys/call-history.ts'
import { callHold } from './journeys/call-hold.ts'
import { callHoldOldStyle } from './journeys/call-hold-old-style.ts'
import { callHoldReminder } from './journeys/call-hold-reminder.ts'
import { callHoldTone } from './journeys/call-hold-tone.ts'
import { callJoin } from './journeys/call-join.ts'
import { callLamp } from './journeys/call-lamp.ts'
import { callMessagesWaiting } from './journeys/call-messages-waiting.ts'
import { callMissed } from './journeys/call-missed.ts'
import { callMute } from './journeys/call-mute.ts'
import { callPark } from './journeys/call-park.ts'
import { callPickUp } from './journeys/call-pick-up.ts'
import { callPickUpGroup } from './journeys/call-pick-up-group.ts'
import { callPrecedence } from './journeys/call-precedence.ts'
import { callPrecedenceUnknown } from './journeys/call-precedence-unknown.ts'
import { callPreempted } from './journeys/call-preempted.ts'
import { callProtected } from './journeys/call-protected.ts'
import { callProtectedRefused } from './journeys/call-protected-refused.ts'
import { callQualityReported } from './journeys/call-quality-reported.ts'
import { callRecord } from './journeys/call-record.ts'
import { callRedial } from './journeys/call-redial.ts'
import { callRedirectRefused } from './journeys/call-redirect-refused.ts'
import { callRetrieve } from './journeys/call-retrieve.ts'
import { callSecondLine } from './journeys/call-second-line.ts'
import { callSpeech } from './journeys/call-speech.ts'
import { callStream } from './journeys/call-stream.ts'
import { callTransfer } from './journeys/call-transfer.ts'
import { callTransferConsult } from './journeys/call-transfer-consult.ts'
import { callTransferDirect } from './journeys/call-transfer-direct.ts'
import { callTransferRefused } from './journeys/call-transfer-refused.ts'
import { callTwoLines } from './journeys/call-two-lines.ts'
import { callUnknownNumber } from './journeys/call-unknown-number.ts'
import { callWaiting } from './journeys/call-waiting.ts'
import { chatCall } from './journeys/chat-call.ts'
import { chatCorrection } from './journeys/chat-correction.ts'
import { chatCut } from './journeys/chat-cut.ts'
import { chatFile } from './journeys/chat-file.ts'
import { chatMessage } from './journeys/chat-message.ts'
import { chatOffline } from './journeys/chat-offline.ts'
import { chatReaction } from './journeys/chat-reaction.ts'
import { chatRoom } from './journeys/chat-room.ts'
import { chatSearch } from './journeys/chat-search.ts'
import { chatTwoApplications } from './journeys/chat-two-applications.ts'
import { chatTwoClients } from './journeys/chat-two-clients.ts'
import { chatTyping } from './journeys/chat-typing.ts'
import { conferenceBigbluebutton } from './journeys/conference-bigbluebutton.ts'
import { conferenceCreate } from './journeys/conference-create.ts'
import { conferenceFromCall } from './journeys/conference-from-call.ts'
import { conferenceFromChat } from './journeys/conference-from-chat.ts'
import { conferenceFull } from './journeys/conference-full.ts'
import { conferenceJitsi } from './journeys/conference-jitsi.ts'
import { conferenceJoinLeave } from './journeys/conference-join-leave.ts'
import { conferenceMutedByHost } from './journeys/conference-muted-by-host.ts'
import { conferenceScheduled } from './journeys/conference-scheduled.ts'
import { conferenceServerGone } from './journeys/conference-server-gone.ts'
import { deskAmiDial } from './journeys/desk-ami-dial.ts'
import { deskAnswer } from './journeys/desk-answer.ts'
import { deskByHand } from './journeys/desk-by-hand.ts'
import { deskConference } from './journeys/desk-conference.ts'
import { deskAriDial } from './journeys/desk-ari-dial.ts'
import { deskDial } from './journeys/desk-dial.ts'
import { deskDoNotDisturb } from './journeys/desk-do-not-disturb.ts'
import { deskForward } from './journeys/desk-forward.ts'
import { deskHold } from './journeys/desk-hold.ts'
import { deskLost } from './journeys/desk-lost.ts'
import { deskMove } from './journeys/desk-move.ts'
import { deskRemoteControl } from './journeys/desk-remote-control.ts'
import { deskSipAnswer } from './journeys/desk-sip-answer.ts'
import { deskSipByHand } from './journeys/desk-sip-by-hand.ts'
import { deskSipDial } from './journeys/desk-sip-dial.ts'
import { deskTransfer } from './journeys/desk-transfer.ts'
import { deskUacstaDial } from './journeys/desk-uacsta-dial.ts'
import { deskUacstaDoor } from './journeys/desk-uacsta-door.ts'
import { deskUacstaLost } from './journeys/desk-uacsta-lost.ts'
import { historyExport } from './journeys/history-export.ts'
import { historyForget } from './journeys/history-forget.ts'
import { historySearch } from './journeys/history-search.ts'
import { directoryCaller } from './journeys/directory-caller.ts'
import { directoryCard } from './journeys/directory-card.ts'
import { directoryContact } from './journeys/directory-contact.ts'
import { directoryLdapFailover } from './journeys/directory-ldap-failover.ts'
import { directoryLdapSearch } from './journeys/directory-ldap-search.ts'
import { directorySearch } from './journeys/directory-search.ts'
import { directoryUds } from './journeys/directory-uds.ts'
import { presenceAsked } from './journeys/presence-asked.ts'
import { presenceBack } from './journeys/presence-back.ts'
import { presenceBlocked } from './journeys/presence-blocked.ts'
import { presenceContacts } from './journeys/presence-contacts.ts'
import { presenceDoNotDisturb } from './journeys/presence-do-not-disturb.ts'
import { presenceIdle } from './journeys/presence-idle.ts'
import { presenceLine } from './journeys/presence-line.ts'
import { presenceMeeting } from './journeys/presence-meeting.ts'
import { presenceMeetingCancelled } from './journeys/presence-meeting-cancelled.ts'
import { presenceOnThePhone } from './journeys/presence-on-the-phone.ts'
import { presenceSeen } from './journeys/presence-seen.ts'
import { settingsDevice } from './journeys/settings-device.ts'
import { settingsDialRules } from './journeys/settings-dial-rules.ts'
import { settingsLines } from './journeys/settings-lines.ts'
import { settingsNameAndPassword } from './journeys/settings-name-and-password.ts'
import { settingsNoList } from './journeys/settings-no-list.ts'
import { settingsNoPresence } from './journeys/settings-no-presence.ts'
import { settingsNoSoftPhone } from './journeys/settings-no-soft-phone.ts'
import { settingsRemoteControl } from './journeys/settings-remote-control.ts'
import { settingsSipByName } from './journeys/settings-sip-by-name.ts'
import { settingsSipOnly } from './journeys/settings-sip-only.ts'
import { settingsStandby } from './journeys/settings-standby.ts'
import { voicemailCut } from './journeys/voicemail-cut.ts'
import { voicemailDelete } from './journeys/voicemail-delete.ts'
import { voicemailHeard } from './journeys/voicemail-heard.ts'
import { voicemailList } from './journeys/voicemail-list.ts'
import { voicemailCallBack } from './journeys/voicemail-call-back.ts'
import { voicemailLeft } from './journeys/voicemail-left.ts'
import { voicemailPilot } from './journeys/voicemail-pilot.ts'
import { voicemailPlaySeek } from './journeys/voicemail-play-seek.ts'
import { voicemailStream } from './journeys/voicemail-stream.ts'
import { voicemailUnity } from './journeys/voicemail-unity.ts'
import { voicemailUndelete } from './journeys/voicemail-undelete.ts'
import type { Scenario } from './scenario.ts'

export { type RunOptions, runScenario, sabotaged } from './run.ts'
export type { Check, Outcome, Sabotage, Scenario, Stage } from './scenario.ts'

/** The first is the one that is run when none is named. */
export const scenarios: readonly Scenario[] = [
  callSpeech,
  callAccountCode,
  callAnonymous,
  callAutoAnswer,
  callBack,
  callBackNoReply,
  callBusy,
  callCancelled,
  callClaim,
  callCollectedDigits,
  callConference,
  callConferenceEight,
  callConferenceServer,
  callConferenceServerDrop,
  callConferenceServerRefused,
  callConferenceSilence,
  callConferenceSplit,
  callDeclined,
  callDeflect,
  callDigits,
  callDoNotDisturb,
  callEarlyMedia,
  callEcho,
  callForwardAlways,
  callForwardBusy,
  callForwardNoAnswer,
  callForwardServer,
  callHistory,
  callHold,
  callHoldOldStyle,
  callHoldReminder,
  callHoldTone,
  callJoin,
  callLamp,
  callMessagesWaiting,
  callMissed,
  callMute,
  callPark,
  callPickUp,
  callPickUpGroup,
  callPrecedence,
  callPrecedenceUnknown,
  callPreempted,
  callProtected,
  callProtectedRefused,
  callQualityReported,
  callRecord,
  callRedial,
  callRedirectRefused,
  callRetrieve,
  callSecondLine,
  callStream,
  callTransfer,
  callTransferConsult,
  callTransferDirect,
  callTransferRefused,
  callTwoLines,
  callUnknownNumber,
  callWaiting,
  chatCall,
  chatCorrection,
  chatCut,
  chatFile,
  chatMessage,
  chatOffline,
  chatReaction,
  chatRoom,
  chatSearch,
  chatTwoApplications,
  chatTwoClients,
  chatTyping,
  conferenceCreate,
  conferenceFull,
  conferenceJoinLeave,
  conferenceMutedByHost,
  conferenceServerGone,
  conferenceBigbluebutton,
  conferenceFromCall,
  conferenceFromChat,
  conferenceJitsi,
  conferenceScheduled,
  deskAmiDial,
  deskAnswer,
  deskByHand,
  deskConference,
  deskAriDial,
  deskDial,
  deskDoNotDisturb,
  deskForward,
  deskHold,
  deskLost,
  deskMove,
  deskRemoteControl,
  deskSipAnswer,
  deskSipByHand,
  deskSipDial,
  deskTransfer,
  deskUacstaDial,
  deskUacstaDoor,
  deskUacstaLost,
  historyExport,
  historyForget,
  historySearch,
  directoryCaller,
  directoryCard,
  directoryContact,
  directoryLdapFailover,
  directoryLdapSearch,
  directorySearch,
  directoryUds,
  presenceAsked,
  presenceBack,
  presenceBlocked,
  presenceContacts,
  presenceDoNotDisturb,
  presenceIdle,
  presenceLine,
  presenceMeeting,
  presenceMeetingCancelled,
  presenceOnThePhone,
  presenceSeen,
  settingsDevice,
  settingsDialRules,
  settingsLines,
  settingsNameAndPassword,
  settingsNoList,
  settingsNoPresence,
  settingsNoSoftPhone,
  settingsRemoteControl,
  settingsSipByName,
  settingsSipOnly,
  settingsStandby,
  voicemailCut,
  voicemailDelete,
  voicemailHeard,
  voicemailList,
  voicemailCallBack,
  voicemailLeft,
  voicemailPilot,
  voicemailPlaySeek,
  voicemailStream,
  voicemailUnity,
  voicemailUndelete,
]
