// The contract: what a core offers and what an application may ask, as values that types, checks and documents come from.
export {
  Call,
  CallEnd,
  CallVideo,
  Capability,
  Codes,
  Endpoint,
  Focus,
  Forwarding,
  Known,
  Lamp,
  Member,
  Party,
  Precedence,
  Statistics,
  Transfer,
} from './call.ts'
export { ChatInvitation, Conversation, Message } from './chat.ts'
export { type Layer, layers, SettingValue } from './config.ts'
export { Card, CardNumber, Photo } from './cards.ts'
export { Contact, ContactNumber, ContactRequest } from './contacts.ts'
export { ConferenceMember, conferenceKinds, ScheduledConference, WebConference } from './conferences.ts'
export { DialRule, type RuleDirection } from './dial-rules.ts'
export { DirectoryEntry, directoryKinds, DirectorySource } from './directory.ts'
export * from './errors.ts'
export { DiagnosisStep, HealthRow } from './health.ts'
export { ConferenceEntry, HistoryEntry, HistoryRecord } from './history.ts'
export { PageSound } from './media.ts'
export { Phone, PhoneState } from './phones.ts'
export { Availability, availabilities, Choice, Presence, Reason } from './presence.ts'
export {
  checkSetting,
  isSettingName,
  personOf,
  readSettings,
  settingFromText,
  textOfSetting,
} from './read-settings.ts'
export { type JsonSchema, settingSchema } from './setting-schema.ts'
export { type ApplicationName, applicationNames, type Requirement, requirements } from './requirements.ts'
export * from './scopes.ts'
export { type ServiceName, services } from './services.ts'
export { SessionInfo } from './session.ts'
export * from './settings.ts'
export { Application, Role } from './system.ts'
export * from './values.ts'
export * from './vocabulary.ts'
export * from './wire.ts'
export { Mailbox, Playback, VoiceMessage } from './voicemail.ts'
