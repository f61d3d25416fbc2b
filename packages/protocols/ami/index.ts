export { AmiDevice } from './device.ts'
export { type AmiParty, type AmiTold, answeredElsewhere, ofOurs } from './device-told.ts'
export { type AmiFault, type AmiField, type AmiMessage, AmiReader, fieldOf, messageOf, writeAmi } from './message.ts'
export {
  type AmiAnswer,
  type AmiEffect,
  type AmiFields,
  type AmiInput,
  type AmiOver,
  AmiSession,
  type AmiSessionOptions,
  isSuccess,
} from './session.ts'
