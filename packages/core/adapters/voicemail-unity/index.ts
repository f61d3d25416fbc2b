export { type UnityVoicemailOptions, unityVoicemail } from './voicemail-unity.ts'
