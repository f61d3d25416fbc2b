// The door around a core, for programs that embed one and let other applications in.
export { type Door, type DoorOptions, type OneTimeRequest, openDoor } from './door.ts'
export { openTokens, type Tokens, type TokensOptions } from './tokens.ts'
