export {
  type CallCompletion,
  type CompletionMode,
  completionMode,
  readCallCompletion,
  writeCallCompletion,
} from './call-completion.ts'
export {
  type ConferenceEndpoint,
  type ConferenceInfo,
  type ConferenceMember,
  type ConferenceUser,
  ConferenceWatch,
  type EndpointStatus,
  readConferenceInfo,
  type Taken,
  writeConferenceInfo,
} from './conference-info.ts'
export {
  type DialogEvent,
  type DialogInfo,
  type DialogState,
  type LineDialog,
  LineWatch,
  readDialogInfo,
  type Watched,
  writeDialogInfo,
} from './dialog-info.ts'
export { LineCalls, type LineTold } from './line-calls.ts'
export { type MessageSummary, readMessageSummary, writeMessageSummary } from './message-summary.ts'
export {
  type ListedResource,
  type ListNews,
  ListWatch,
  readResourceList,
  type ResourceInstance,
  type ResourceList,
  writeResourceList,
} from './resource-list.ts'
export { type PresenceDocument, type PresencePerson, type PresenceTuple, readPidf, writePidf } from './pidf.ts'
